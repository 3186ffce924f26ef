using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>The questions that a guest puts to a name server, and what it makes of the answers (RFC 1035 section 4).</summary>
public static class NameQuestion
{
    public const ushort Port = 53;

    private const int HeaderLength = 12; // bytes
    private const byte ClassInternet = 1;

    private static readonly ImmutableArray<(string Name, byte Number)> Known = [("A", 1), ("PTR", 12), ("TXT", 16), ("AAAA", 28), ("SRV", 33)];

    public static IEnumerable<string> Types => Known.Select(type => type.Name);

    public static byte[] For(string name, string type = "A") =>
    [
        0x1A, 0xB0, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, // recursion desired, one question
        .. name.Split('.').SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0,
        0, Known.First(known => known.Name == type).Number, 0, ClassInternet,
    ];

    /// <summary>What a name server says that knows these names and no others; nobody may keep its answers.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> question, IEnumerable<(string Name, IpNumber Address)> known)
    {
        const byte isAnswer = 0x80, recursionAvailable = 0x80, noSuchName = 3;
        string name = Name(question[HeaderLength..], question);
        int end = HeaderLength + question[HeaderLength..].IndexOf((byte)0) + 1 + 4;
        byte type = question[end - 3];
        (string Name, IpNumber Address)[] called = [.. known.Where(host => host.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        byte[][] records = [.. called.Where(host => type == (host.Address.Version6 ? 28 : 1)).Select(host => host.Address.ToBytes())];
        byte[] answer =
        [
            .. question[..end],
            .. records.SelectMany(data => (byte[])[0xC0, HeaderLength, 0, type, 0, ClassInternet, 0, 0, 0, 0, 0, (byte)data.Length, .. data]),
        ];
        answer[2] |= isAnswer;
        answer[3] = (byte)(recursionAvailable | (called.Length == 0 ? noSuchName : 0));
        (answer[6], answer[7]) = (0, (byte)records.Length);
        answer.AsSpan(8, 4).Clear();
        return answer;
    }

    /// <summary>The first record of an answer in words, or why there is none.</summary>
    /// <remarks>The record follows the question, and names it by a pointer of two bytes.</remarks>
    public static string Said(ReadOnlySpan<byte> answer)
    {
        const int pointer = 2, fixedPart = 10; // type, class, time to live, length
        if (answer.Length < HeaderLength)
        {
            return "nothing";
        }

        int record = HeaderLength + answer[HeaderLength..].IndexOf((byte)0) + 1 + 4 + pointer;
        return (answer[3] & 0xF) switch
        {
            3 => "no such name",
            5 => "refused",
            not 0 => "an error",
            _ when answer.Length < record + fixedPart || BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) == 0 => "no such record",
            _ => Data(answer[record + 1], answer[(record + fixedPart)..], answer),
        };
    }

    private static string Data(byte type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> answer) => type switch
    {
        1 when data.Length >= Ipv4Address.Length => Ipv4Address.Read(data).ToString(),
        28 when data.Length >= Ipv6Address.Length => Ipv6Address.Read(data).ToString(),
        12 => Name(data, answer),
        16 => Encoding.ASCII.GetString(data[1..(1 + data[0])]),
        33 => $"{BinaryPrimitives.ReadUInt16BigEndian(data)} {BinaryPrimitives.ReadUInt16BigEndian(data[2..])} "
            + $"{BinaryPrimitives.ReadUInt16BigEndian(data[4..])} {Name(data[6..], answer)}",
        _ => $"a record of type {type}",
    };

    /// <summary>Labels until the root, or until a pointer says where they go on (section 4.1.4).</summary>
    private static string Name(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> answer)
    {
        StringBuilder name = new();
        while (bytes.Length > 0 && bytes[0] != 0)
        {
            if (bytes[0] >= 0xC0)
            {
                bytes = answer[((bytes[0] & 0x3F) << 8 | bytes[1])..];
                continue;
            }

            _ = name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(bytes[1..(1 + bytes[0])]));
            bytes = bytes[(1 + bytes[0])..];
        }

        return name.Length > 0 ? name.ToString() : ".";
    }
}
