namespace Pharos.Server.Wire;

/// <summary>What a client sent is not what it claims to be; the message says where and what was found. Answered with 400.</summary>
sealed class MalformedRequestException(string message) : FormatException(message);
