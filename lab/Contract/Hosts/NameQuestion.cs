using System.Buffers.Binary;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Contract.Hosts;

/// <summary>The one question that a guest puts to a name server: which IPv4 address a name has (RFC 1035 section 4).</summary>
public static class NameQuestion
{
    public const ushort Port = 53;

    private const int HeaderLength = 12; // bytes
    private const byte TypeA = 1, ClassInternet = 1;

    public static byte[] For(string name) =>
    [
        0x1A, 0xB0, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, // recursion desired, one question
        .. name.Split('.').SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0,
        0, TypeA, 0, ClassInternet,
    ];

    /// <summary>The address in an answer; null when it holds none.</summary>
    /// <remarks>The first record follows the question, and names it by a pointer of two bytes.</remarks>
    public static Ipv4Address? AddressIn(ReadOnlySpan<byte> answer)
    {
        const int pointer = 2, fixedPart = 10; // type, class, time to live, length
        if (answer.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) == 0)
        {
            return null;
        }

        int nameEnd = answer[HeaderLength..].IndexOf((byte)0);
        int record = HeaderLength + nameEnd + 1 + 4 + pointer;
        return nameEnd >= 0 && answer.Length >= record + fixedPart + Ipv4Address.Length && answer[record + 1] == TypeA
            ? Ipv4Address.Read(answer[(record + fixedPart)..]) : null;
    }
}
