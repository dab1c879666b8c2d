namespace Pharos.Server.State;

/// <summary>State could not be written; the message is for those who brought it, and may come again.</summary>
sealed class NotKeptException(string message, Exception? cause = null) : IOException(message, cause);
