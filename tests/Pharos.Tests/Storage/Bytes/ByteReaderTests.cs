using Pharos.Storage.Bytes;
using Xunit;

namespace Pharos.Tests.Storage.Bytes;

public class ByteReaderTests
{
    [Fact]
    public void It_reads_what_the_writer_wrote()
    {
        using var writer = new ByteWriter(16);
        writer.U8(1);
        writer.U16(0x0203);
        writer.U32(0x04050607);
        writer.U64(ulong.MaxValue);
        writer.I64(-2);
        writer.F64(0.5);
        writer.Varint(300);
        writer.SignedVarint(-300);
        writer.Raw(new byte[100]);

        var reader = new ByteReader(writer.Written, "file");

        Assert.Equal(1, reader.U8());
        Assert.Equal(0x0203, reader.U16());
        Assert.Equal(0x04050607u, reader.U32());
        Assert.Equal(ulong.MaxValue, reader.U64());
        Assert.Equal(-2, reader.I64());
        Assert.Equal(0.5, reader.F64());
        Assert.Equal(300ul, reader.Varint());
        Assert.Equal(-300, reader.SignedVarint());
        Assert.Equal(100, reader.Take(100).Length);
        reader.ExpectEnd("the test");
    }

    [Fact]
    public void A_short_read_tells_file_and_offset()
    {
        var e = Assert.Throws<CorruptDataException>(() => new ByteReader([1, 2, 3], "some.block", 40).U32());

        Assert.Equal("some.block: byte 40: expected 4 more bytes, found 3", e.Message);
        Assert.Equal(40, e.Offset);
    }

    [Fact]
    public void A_count_above_its_limit_is_told_where_it_starts()
    {
        var e = Assert.Throws<CorruptDataException>(() => new ByteReader([200, 1], "some.block", 7).Count(10, "series"));

        Assert.Equal("some.block: byte 7: expected series of at most 10, found 200", e.Message);
    }
}
