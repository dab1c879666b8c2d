namespace Pharos.Server.State;

/// <summary>One step of the format of a file.</summary>
/// <param name="Number">The format that the file has afterwards, counted from 1. Rooms that share a file count together, so that one number tells how new a file is.</param>
/// <param name="Sql">Run once, in one transaction with the number. A step that was released is never changed; the next one mends it.</param>
sealed record Migration(int Number, string Sql);
