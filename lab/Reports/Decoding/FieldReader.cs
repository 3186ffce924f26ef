using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Engine.Packets;

namespace Lab.Reports.Decoding;

/// <summary>Walks over one header and writes down every field that it passes.</summary>
/// <remarks>
/// Behind the end of the frame every field reads as zero and none is written down, so that no header needs a
/// length check of its own: a frame cut short decodes as far as it goes, and says so.
/// </remarks>
internal sealed class FieldReader(ReadOnlyMemory<byte> frame, int start, int end)
{
    private ImmutableArray<DecodedField>.Builder _fields = ImmutableArray.CreateBuilder<DecodedField>();

    public int Start { get; } = start;

    /// <summary>Of what this header and its payload may use; from the first byte of the frame.</summary>
    public int End { get; } = end;

    public int Position { get; private set; } = start;

    public int Remaining => End - Position;

    public bool CutShort { get; private set; }

    /// <summary>What the layer below adds to the checksum (RFC 9293 section 3.1): the sum of both addresses.</summary>
    public ulong PseudoHeader { get; init; }

    public ImmutableArray<DecodedField> Fields => _fields.ToImmutable();

    /// <summary>Up to eight bytes as a number in network order.</summary>
    public ulong Number(string name, int length, Func<ulong, string>? inWords = null)
    {
        Span<byte> bytes = stackalloc byte[8];
        ReadOnlySpan<byte> taken = Take(name, length, out int at);
        taken.CopyTo(bytes[(8 - length)..]);
        ulong number = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (!CutShort)
        {
            _fields.Add(new(name, inWords is null ? $"{number}" : inWords(number), at, length, []));
        }

        return number;
    }

    /// <summary>A number whose bits mean different things; each part is read from all of it.</summary>
    public ulong Bits(string name, int length, params ReadOnlySpan<BitPart> parts)
    {
        int at = Position;
        ulong number = Number(name, length, value => $"0x{value.ToString($"x{2 * length}")}");
        if (!CutShort)
        {
            ImmutableArray<DecodedField>.Builder inner = ImmutableArray.CreateBuilder<DecodedField>(parts.Length);
            foreach (BitPart part in parts)
            {
                inner.Add(new(part.Name, part.Show(number), at, length, []));
            }

            _fields[^1] = _fields[^1] with { Parts = inner.MoveToImmutable() };
        }

        return number;
    }

    public MacAddress Mac(string name) => Value(name, MacAddress.Length, MacAddress.Read);

    public Ipv4Address Ipv4(string name) => Value(name, Ipv4Address.Length, Ipv4Address.Read);

    public Ipv6Address Ipv6(string name) => Value(name, Ipv6Address.Length, Ipv6Address.Read);

    public ReadOnlySpan<byte> Bytes(string name, int length, Func<ReadOnlySpan<byte>, string>? inWords = null)
    {
        ReadOnlySpan<byte> taken = Take(name, Math.Max(length, 0), out int at);
        if (!CutShort)
        {
            _fields.Add(new(name, inWords is null ? HexDump.Plain(taken) : inWords(taken), at, taken.Length, []));
        }

        return taken;
    }

    /// <summary>Fields that belong together: an option, a chunk, a record.</summary>
    public void Group(string name, Func<string> read)
    {
        ImmutableArray<DecodedField>.Builder outer = _fields;
        _fields = ImmutableArray.CreateBuilder<DecodedField>();
        int at = Position;
        string value = read();
        DecodedField group = new(name, value, at, Position - at, Fields);
        _fields = outer;
        if (group.Length > 0)
        {
            _fields.Add(group);
        }
    }

    /// <summary>A checksum over the bytes from the header's start; says what it should have been when it is wrong.</summary>
    /// <param name="covered">In bytes from the header's start.</param>
    /// <param name="initial">The pseudo-header's sum.</param>
    public void Checksum(int covered, ulong initial = 0, bool zeroMeansNone = false)
    {
        int field = Position;
        Number("checksum", 2, value =>
        {
            string found = $"0x{value:x4}";
            if (zeroMeansNone && value == 0)
            {
                return found + " (none)";
            }

            if (Start + covered > frame.Length || Start + covered < Position)
            {
                return found + " (not checked: the length does not fit the frame)";
            }

            byte[] copy = frame.Slice(Start, covered).ToArray();
            copy.AsSpan(field - Start, 2).Clear();
            ushort right = InternetChecksum.Of(copy, initial);
            right = zeroMeansNone && right == 0 ? (ushort)0xFFFF : right;
            return right == value ? found + " (correct)" : $"{found} (wrong, should be 0x{right:x4})";
        });
    }

    /// <summary>The 16-bit words just passed, added up: two addresses, for the checksum of the next layer.</summary>
    public ulong SumOfLast(int length) => InternetChecksum.Sum(frame.Span[Math.Max(Position - length, Start)..Position]);

    /// <summary>The byte that comes next, without passing it; null at the end.</summary>
    public byte? Peek() => Remaining > 0 && Position < frame.Length ? frame.Span[Position] : null;

    private T Value<T>(string name, int length, SpanReader<T> read) where T : struct
    {
        ReadOnlySpan<byte> taken = Take(name, length, out int at);
        if (CutShort)
        {
            return default;
        }

        T value = read(taken);
        _fields.Add(new(name, value.ToString()!, at, length, []));
        return value;
    }

    private ReadOnlySpan<byte> Take(string name, int length, out int at)
    {
        at = Position;
        if (CutShort || at + length > End)
        {
            if (!CutShort)
            {
                CutShort = true;
                int left = End - at;
                _fields.Add(new(name, $"cut short: {left} of {length} bytes are there", at, left, []));
            }

            Position = End;
            return new byte[length];
        }

        Position += length;
        return frame.Span.Slice(at, length);
    }

    private delegate T SpanReader<out T>(ReadOnlySpan<byte> bytes);
}

/// <summary>Some bits of a number, with a name of their own.</summary>
internal readonly record struct BitPart(string Name, Func<ulong, string> Show)
{
    /// <summary>A single bit, said as yes or no.</summary>
    public static BitPart Flag(string name, int bit) => new(name, value => (value >> bit & 1) != 0 ? "yes" : "no");

    public static BitPart Range(string name, int lowestBit, int width) =>
        new(name, value => $"{value >> lowestBit & (1ul << width) - 1}");
}
