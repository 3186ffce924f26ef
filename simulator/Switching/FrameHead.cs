using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Switching;

/// <summary>The part of a frame that a switch looks at, read once.</summary>
/// <param name="Type">Behind the outer tag if there is one, as the kernel sees it after skb_vlan_untag.</param>
/// <param name="Tagged">An outer 802.1Q or 802.1ad tag is there.</param>
internal readonly record struct FrameHead(MacAddress Destination, MacAddress Source, EtherType Type, bool Tagged)
{
    public const int Length = 14; // bytes: two addresses and the EtherType
    public const int TagLength = 4; // bytes

    private const int MinimumTagged = Length + TagLength + 2; // skb_vlan_untag pulls the tag and the next type

    /// <summary>Where the bytes behind the EtherType start.</summary>
    public int PayloadOffset => Tagged ? Length + TagLength : Length;

    /// <summary>The fate tells what was wrong when this returns false.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out FrameHead head, out Fate wrong)
    {
        head = default;
        wrong = Fate.TooShort;
        if (frame.Length < Length)
        {
            return false;
        }

        EtherType type = TypeAt(frame, 12);
        bool tagged = VlanView.Announces(type);
        if (tagged && frame.Length < MinimumTagged)
        {
            wrong = Fate.TruncatedTag;
            return false;
        }

        head = new(
            MacAddress.Read(frame), MacAddress.Read(frame[MacAddress.Length..]), tagged ? TypeAt(frame, 16) : type, tagged);
        return true;
    }

    /// <summary>The length that MTU checks use: the outer tag does not count.</summary>
    public int LengthWithoutTag(ReadOnlySpan<byte> frame) => Tagged ? frame.Length - TagLength : frame.Length;

    private static EtherType TypeAt(ReadOnlySpan<byte> frame, int at) =>
        (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
}
