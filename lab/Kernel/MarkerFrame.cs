using System.Buffers.Binary;
using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;
using Lab.Testbeds;

namespace Lab.Kernel;

/// <summary>
/// A numbered broadcast that is sent behind the stimuli: order is kept per port, so once it has come out of a port,
/// whatever is still missing there never comes (switching.md section 10.2).
/// </summary>
internal static class MarkerFrame
{
    public const int Length = 22; // Ethernet header and an eight-byte number

    /// <summary>Lets markers through before any policy; stimuli never carry the marker's source address.</summary>
    /// <remarks>The port that they come from has no filter, so the ports where they arrive are all that matters.</remarks>
    public static IEnumerable<KernelCommand> LetThrough(string backend, IEnumerable<PortPolicy> policies) => backend switch
    {
        "nft" => [Accept("bridge", "to-guests")],
        "netdev" => policies.Where(policy => policy.Program.EthernetToGuest is not null).Select(policy => policy.IsMacvtap).Distinct()
            .Select(macvtap => Accept("netdev", macvtap ? "mac-to-guests" : "to-guests")),
        _ =>
        [
            new(KernelTool.EbtablesRestore, $"""
                *nat
                -I POSTROUTING 1 -p 0x88b5 -s {Devices.MarkerMac} -j ACCEPT
                COMMIT

                """, []),
        ],
    };

    private static KernelCommand Accept(string family, string chain) => new(
        KernelTool.Nft, $"insert rule {family} {BridgeRuleset.TableName} {chain} ether type 0x88b5 ether saddr {Devices.MarkerMac} accept", []);

    public static void Write(Span<byte> frame, long number)
    {
        MacAddress.Broadcast.Write(frame);
        Devices.MarkerMac.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)EtherType.Experimental1);
        BinaryPrimitives.WriteInt64BigEndian(frame[14..], number);
    }

    /// <summary>Whether the frame is some marker, of whatever number.</summary>
    public static bool Is(ReadOnlySpan<byte> frame) => frame.Length == Length && MacAddress.Read(frame[6..]) == Devices.MarkerMac;
}
