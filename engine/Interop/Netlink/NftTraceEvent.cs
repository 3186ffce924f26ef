using System.Text;

namespace Lab.Engine.Interop.Netlink;

/// <summary>What a trace event speaks of (enum nft_trace_types, include/uapi/linux/netfilter/nf_tables.h).</summary>
public enum NftTraceKind
{
    /// <summary>A base chain ran out, and its policy decided.</summary>
    Policy = 1,

    /// <summary>A rule said return.</summary>
    Return = 2,

    /// <summary>A rule matched, or a chain ran out.</summary>
    Rule = 3,
}

/// <summary>What a rule said: the kernel's own numbers (NF_*, and enum nft_verdicts).</summary>
public enum NftTraceVerdict
{
    Drop = 0,
    Accept = 1,
    Continue = -1,
    Jump = -3,
    Goto = -4,
    Return = -5,
}

/// <summary>One line of nftrace: a rule that a packet matched, or the end of a base chain.</summary>
/// <remarks>
/// The kernel tells of rules whose every test held, at the moment they decide, of the ends of chains, and of policies; not
/// of rules that did not match (nft_do_chain, net/netfilter/nf_tables_core.c). The end of a chain looks like a rule without
/// a handle that said continue.
/// </remarks>
/// <param name="Packet">The same for one packet at one hook; a clone has another.</param>
/// <param name="Family">Of the table (NFPROTO_*).</param>
/// <param name="Handle">The rule's number; 0 for a policy and for the end of a chain.</param>
/// <param name="Target">The chain of a jump or a goto; empty otherwise.</param>
/// <param name="Mark">The packet's, behind the rule.</param>
/// <param name="Ingress">The index of the device that it came in by; 0 for none.</param>
/// <param name="Egress">The same for the way out. Both are told with the first event of a base chain only.</param>
/// <param name="Headers">How the packet begins, told with the same event: link, network and transport header, cut short.</param>
public sealed record NftTraceEvent(
    uint Packet, byte Family, string Table, string Chain, ulong Handle, NftTraceKind Kind, NftTraceVerdict Verdict, string Target, uint Mark, int Ingress, int Egress,
    ReadOnlyMemory<byte> Headers)
{
    public const byte Ipv4Family = 2, BridgeFamily = 7, Ipv6Family = 10; // NFPROTO_*

    /// <summary>A base chain begins with this event.</summary>
    public bool EntersHook => Ingress != 0 || Egress != 0;

    /// <param name="message">One netlink message, header included.</param>
    /// <returns>Null for a message of another type.</returns>
    internal static NftTraceEvent? Read(ReadOnlySpan<byte> message)
    {
        const ushort Trace = 10 << 8 | 17; // NFNL_SUBSYS_NFTABLES, NFT_MSG_TRACE
        const int GenericHeader = 4; // struct nfgenmsg
        if (!NetlinkMessage.TryRead(message, out NetlinkMessage told) || told.Type != Trace || told.Body.Length < GenericHeader)
        {
            return null;
        }

        NftTraceEvent found = new(0, told.Body[0], "", "", 0, default, default, "", 0, 0, 0, default);
        foreach (NetlinkAttributes attribute in new NetlinkAttributes(told.Body[GenericHeader..]))
        {
            found = found.With((Part)attribute.Type, attribute.Value);
        }

        return found;
    }

    /// <summary>NFTA_TRACE_*.</summary>
    private enum Part : ushort
    {
        Table = 1,
        Chain = 2,
        RuleHandle = 3,
        Kind = 4,
        Verdict = 5,
        Id = 6,
        LinkHeader = 7,
        NetworkHeader = 8,
        TransportHeader = 9,
        Ingress = 10,
        Egress = 12,
        Mark = 14,
    }

    private NftTraceEvent With(Part part, ReadOnlySpan<byte> value) => part switch
    {
        Part.Table => this with { Table = Text(value) },
        Part.Chain => this with { Chain = Text(value) },
        Part.RuleHandle => this with { Handle = Number(value) },
        Part.Kind => this with { Kind = (NftTraceKind)Number(value) },
        Part.Verdict => this with { Verdict = VerdictIn(value), Target = Text(NetlinkAttributes.Find(value, VerdictChain)) },
        Part.Id => this with { Packet = (uint)Number(value) },
        Part.LinkHeader => this with { Headers = (byte[])[.. value, .. Headers.Span] }, // told last
        Part.NetworkHeader or Part.TransportHeader => this with { Headers = (byte[])[.. Headers.Span, .. value] },
        Part.Ingress => this with { Ingress = (int)Number(value) },
        Part.Egress => this with { Egress = (int)Number(value) },
        Part.Mark => this with { Mark = (uint)Number(value) },
        _ => this,
    };

    private const ushort VerdictChain = 2; // NFTA_VERDICT_CHAIN

    private static NftTraceVerdict VerdictIn(ReadOnlySpan<byte> nested)
    {
        const ushort Code = 1; // NFTA_VERDICT_CODE
        int code = (int)Number(NetlinkAttributes.Find(nested, Code));
        return (NftTraceVerdict)(code < 0 ? code : code & 0xFF); // NF_VERDICT_MASK: above it a reason may stand
    }

    /// <summary>Numbers of nftables are in network order, whatever their width.</summary>
    private static ulong Number(ReadOnlySpan<byte> value)
    {
        ulong number = 0;
        foreach (byte octet in value)
        {
            number = (number << 8) | octet;
        }

        return number;
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.TrimEnd((byte)0));
}
