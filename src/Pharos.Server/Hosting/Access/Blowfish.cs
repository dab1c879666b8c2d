using System.Buffers.Binary;
using System.Numerics;

namespace Pharos.Server.Hosting.Access;

/// <summary>The block cipher Blowfish with the costly key set-up of bcrypt.</summary>
/// <remarks>
/// <para>Its tables are the first 33 344 bits behind the point of pi. They are computed here once (some milliseconds) rather than
/// written down, so that no digit can be mistyped.</para>
/// <para>Source: B. Schneier, FSE 1993 (cipher); N. Provos and D. Mazières, USENIX 1999, section 4 (set-up).</para>
/// </remarks>
sealed class Blowfish
{
    const int Rounds = 16;
    const int SubkeyCount = Rounds + 2;
    const int BoxSize = 256;
    const int TableSize = SubkeyCount + 4 * BoxSize;

    static readonly Lazy<uint[]> Pi = new(ComputePi);

    /// <summary>The subkeys, then the four boxes.</summary>
    readonly uint[] state;

    /// <summary>Sets up a state from salt and key, 2^cost times over.</summary>
    public Blowfish(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, int cost)
    {
        state = [.. Pi.Value];
        Expand(key, salt);
        for (var i = 1L << cost; i > 0; i--)
        {
            Expand(key, []);
            Expand(salt, []);
        }
    }

    public void Encrypt(ref uint left, ref uint right)
    {
        var subkeys = state;
        var (l, r) = (left, right);
        for (var i = 0; i < Rounds; i += 2)
        {
            l ^= subkeys[i];
            r ^= Round(l);
            r ^= subkeys[i + 1];
            l ^= Round(r);
        }
        (left, right) = (r ^ subkeys[Rounds + 1], l ^ subkeys[Rounds]);
    }

    uint Round(uint half)
    {
        var boxes = state.AsSpan(SubkeyCount, 4 * BoxSize);
        return ((boxes[(int)(half >> 24)] + boxes[BoxSize + (int)(half >> 16 & 0xff)]) ^ boxes[2 * BoxSize + (int)(half >> 8 & 0xff)]) + boxes[3 * BoxSize + (int)(half & 0xff)];
    }

    void Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        var at = 0;
        for (var i = 0; i < SubkeyCount; i++) state[i] ^= NextWord(key, ref at);
        uint left = 0, right = 0;
        at = 0;
        for (var i = 0; i < TableSize; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref at);
                right ^= NextWord(salt, ref at);
            }
            Encrypt(ref left, ref right);
            state[i] = left;
            state[i + 1] = right;
        }
    }

    /// <summary>Four bytes, going round and round.</summary>
    static uint NextWord(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint word = 0;
        for (var i = 0; i < 4; i++)
        {
            word = word << 8 | bytes[at];
            at = at + 1 == bytes.Length ? 0 : at + 1;
        }
        return word;
    }

    /// <summary>Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), in fixed point with some bits to spare.</summary>
    static uint[] ComputePi()
    {
        const int bits = TableSize * 32;
        const int spare = 64;
        var one = BigInteger.One << bits + spare;
        var pi = 16 * ArcTangentOfInverse(5, one) - 4 * ArcTangentOfInverse(239, one);
        var fraction = pi - 3 * one >> spare;
        var bytes = new byte[TableSize * 4];
        var digits = fraction.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        var words = new uint[TableSize];
        for (var i = 0; i < words.Length; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i * 4));
        return words;
    }

    static BigInteger ArcTangentOfInverse(int x, BigInteger one)
    {
        var power = one / x;
        var sum = power;
        var square = x * x;
        for (var (n, sign) = (3, -1); !power.IsZero; n += 2, sign = -sign)
        {
            power /= square;
            sum += sign * power / n;
        }
        return sum;
    }
}
