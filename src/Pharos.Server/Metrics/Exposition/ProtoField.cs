namespace Pharos.Server.Metrics.Exposition;

/// <summary>How the bytes of a field are to be read.</summary>
enum ProtoKind
{
    Text,
    Double,
    UInt32,
    UInt64,
    SInt32,
    SInt64,
    Int64,
    Word,
    Timestamp,
    Message,
}

/// <summary>One field of a message that is shown without being understood.</summary>
/// <param name="Name">As ProtoJSON has it.</param>
/// <param name="Words">The names of an enumeration's values, by number.</param>
sealed record ProtoField(int Number, string Name, ProtoKind Kind, bool IsRepeated = false, ProtoField[]? Message = null, string[]? Words = null)
{
    public static ProtoField Many(int number, string name, params ProtoField[] message) => new(number, name, ProtoKind.Message, IsRepeated: true, message);

    public static ProtoField One(int number, string name, params ProtoField[] message) => new(number, name, ProtoKind.Message, IsRepeated: false, message);
}
