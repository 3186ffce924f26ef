using System.Buffers.Binary;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel;

/// <summary>
/// A numbered broadcast that is sent behind the stimuli: order is kept per port, so once it has come out of a port,
/// whatever is still missing there never comes (switching.md section 10.2).
/// </summary>
internal static class MarkerFrame
{
    public const int Length = 22; // Ethernet header and an eight-byte number

    /// <summary>Lets markers through before any policy; stimuli never carry the marker's source address.</summary>
    private static readonly NftRule Pass = new(
        [
            new NftCompare(new NftPayload(NftBase.Link, 96, 16, NftType.EtherType, "ether type"), new NftNumber((ushort)EtherType.Experimental1)),
            new NftCompare(new NftPayload(NftBase.Link, 48, 48, NftType.EtherAddress, "ether saddr"), new NftNumber(Devices.MarkerMac.Bits)),
            NftVerdict.Accept,
        ],
        null);

    public static NftRuleset LetThrough(NftRuleset ruleset) => new(
        [
            .. ruleset.Tables.Select(table => table with
            {
                Chains = [.. table.Chains.Select(chain => chain.Hook is null ? chain : chain with { Rules = chain.Rules.Insert(0, Pass) })],
            }),
        ]);

    public static void Write(Span<byte> frame, long number)
    {
        MacAddress.Broadcast.Write(frame);
        Devices.MarkerMac.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)EtherType.Experimental1);
        BinaryPrimitives.WriteInt64BigEndian(frame[14..], number);
    }
}
