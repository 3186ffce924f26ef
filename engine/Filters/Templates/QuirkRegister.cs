using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Filters.Templates;

/// <summary>Which part of the project meets a quirk.</summary>
public enum QuirkPlace
{
    /// <summary>Reading a filter document.</summary>
    Reading,

    /// <summary>Making a program from a filter tree: the two modes give different programs, or one of them refuses.</summary>
    Meaning,

    /// <summary>Handing rules to a kernel.</summary>
    Applying,

    /// <summary>Learning a guest's address.</summary>
    Learning,

    /// <summary>Storing filters and binding interfaces.</summary>
    Lifecycle,
}

/// <param name="Libvirt">What libvirt does: one sentence, no full stop.</param>
/// <param name="Strict">What strict mode does instead; null where it does the same.</param>
public sealed record QuirkEntry(Quirk Quirk, QuirkPlace Place, string Libvirt, string? Strict)
{
    public int Number => (int)Quirk;

    /// <summary>The code of the warning or error that names this quirk: <c>NF9</c> and its number.</summary>
    public string Code => $"NF9{Number:00}";

    /// <summary>The warning that libvirt mode gives when a filter touches the quirk.</summary>
    /// <param name="here">What it means for this filter: the sentence that the reader needs first.</param>
    public Diagnostic Warn(SourcePosition position, string here, string? help = null) =>
        new(Code, Severity.Warning, position, $"{here} (quirk {Number}: {Libvirt})", help);

    public Diagnostic Refuse(SourcePosition position, string here, string? help = null) =>
        new(Code, Severity.Error, position, $"{here} (quirk {Number}: {Libvirt})", help);
}

/// <summary>The register of nwfilter.md appendix A as data: the one place where the two modes of meaning differ.</summary>
public static class QuirkRegister
{
    public static ImmutableArray<QuirkEntry> All { get; } =
    [
        new(Quirk.FilterNamesUnchecked, QuirkPlace.Reading, "filter names are not checked, not even for '/'", "refuses names that are no NCName"),
        new(Quirk.StpChainPriorityZero, QuirkPlace.Meaning, "a chain 'stp' without priority gets 0, where the manual says -810", null),
        new(Quirk.RootPrefixWithoutMessage, QuirkPlace.Reading, "a chain name that begins with 'root' is refused without a message", "says so"),
        new(Quirk.DerivedChainNameTooLong, QuirkPlace.Applying, "a device name and a chain name that are long together fail late", "has no such limit"),
        new(Quirk.BadRulePriorityBecomes500, QuirkPlace.Reading, "a rule priority that cannot be read becomes 500", "refuses it"),
        new(Quirk.UnknownXmlIgnored, QuirkPlace.Reading, "unknown elements and attributes are ignored", "refuses them"),
        new(Quirk.BadParametersSkipped, QuirkPlace.Reading, "parameters with illegal characters are skipped", "refuses them"),
        new(Quirk.SchemaRefusesValidAttributes, QuirkPlace.Reading, "the schema refuses attributes that the parser takes", "takes them"),
        new(Quirk.FlagsIgnoredOnTcpIpv6, QuirkPlace.Reading, "flags on tcp-ipv6 are ignored", "tests them"),
        new(Quirk.EqualChainPrioritiesUnordered, QuirkPlace.Meaning, "chains of equal priority have no defined order; here the first one used comes first", null),
        new(Quirk.RootIpRulesFirst, QuirkPlace.Meaning, "IP rules of root filters come before all others, whatever the priorities", null),
        new(Quirk.ConflictingChainPriorities, QuirkPlace.Meaning, "of two priorities for one chain the last in order wins, and rules may precede their chain", "refuses, naming both filters"),
        new(Quirk.NegativeNumbersWrap, QuirkPlace.Reading, "-1 counts as 4294967295", "refuses it"),
        new(Quirk.SloppyIpv4Literals, QuirkPlace.Reading, "short, octal and hexadecimal IPv4 addresses are taken", "takes dotted quads only"),
        new(Quirk.IpSetOnlyOnAll, QuirkPlace.Meaning, "ipset is dropped from every element but all and all-ipv6", "tests it on every IP element"),
        new(Quirk.VariablesWithoutEffect, QuirkPlace.Meaning, "a variable in flags, state, gratuitous, ipsetflags or comment has no effect", "refuses it; takes a comment literally"),
        new(Quirk.PortNegationFollowsSourceStart, QuirkPlace.Meaning, "the sign of srcportstart decides for every port of the rule", "negates each port range by itself"),
        new(Quirk.NegationOfStateAndSetIgnored, QuirkPlace.Meaning, "match='no' has no effect on state and ipset", "negates them"),
        new(Quirk.VlanTypeDecimalAsHexadecimal, QuirkPlace.Meaning, "the decimal digits of encap-protocol are read as hexadecimal", "tests the type that was written"),
        new(Quirk.ArpSourceMaskOnTarget, QuirkPlace.Meaning, "without arpdstipmask, arpsrcipmask also masks arpdstipaddr", "compares the whole target address"),
        new(Quirk.DscpComparesWholeTos, QuirkPlace.Meaning, "dscp of the ip element is compared with the whole TOS byte", "compares its upper six bits"),
        new(Quirk.Ipv6RangeEndReadAsIpv4, QuirkPlace.Reading, "dstipto is read as IPv4 on IPv6 elements", "reads the family of the element"),
        new(Quirk.SloppyVariableSyntax, QuirkPlace.Reading, "malformed variable references are taken", "refuses them"),
        new(Quirk.ListLengthsMustAgree, QuirkPlace.Meaning, "lists read in parallel must have the same length, so $MAC fails beside a longer list", "repeats a single value beside a longer list"),
        new(Quirk.VariableValuesUnchecked, QuirkPlace.Meaning, "values of variables are pasted into commands unchecked", "checks them as literals"),
        new(Quirk.RoutedTrafficToGuestUnfiltered, QuirkPlace.Applying, "what the host sends or routes to the guest passes no IP rule", "asks the same rules as for bridged packets"),
        new(Quirk.BridgeNetfilterSysctlsDecide, QuirkPlace.Applying, "IP rules act only while bridge-nf-call sysctls are on", "does not depend on them where the kernel allows"),
        new(Quirk.ContinueImpossibleOnIp, QuirkPlace.Meaning, "'continue' fails on IP rules", "goes on with the next rule"),
        new(Quirk.EndOfSubchainAccepts, QuirkPlace.Meaning, "a frame that runs off the end of a chain other than root is accepted at once", "returns to root"),
        new(Quirk.NonAcceptActsBothWays, QuirkPlace.Meaning, "an IP rule that does not accept acts in both directions, replies included", "acts in the direction it names"),
        new(Quirk.TypedIcmpBothWaysVanishes, QuirkPlace.Meaning, "an inout rule for an ICMP type has no effect at all", "acts in both directions"),
        new(Quirk.OpenWindowsDuringUpdates, QuirkPlace.Applying, "ports are open while rules change", "changes rules in one transaction"),
        new(Quirk.PostAcceptLeftOver, QuirkPlace.Applying, "the rule that accepts what a guest sent stays behind", "leaves nothing behind"),
        new(Quirk.ArpDoesNotTeach, QuirkPlace.Learning, "ARP teaches no address", "can learn from it"),
        new(Quirk.FirstPacketTrusted, QuirkPlace.Learning, "the first packet's address is believed", "can be held to a pool"),
        new(Quirk.DhcpServerNotEnforced, QuirkPlace.Learning, "DHCPSERVER is not enforced by the decoder", "enforces it"),
        new(Quirk.LeaseReleaseMishandled, QuirkPlace.Learning, "RELEASE and DECLINE are mishandled", "ends the right lease"),
        new(Quirk.InfiniteLeaseExpires, QuirkPlace.Learning, "an infinite lease expires at once", "keeps it"),
        new(Quirk.SecondLeaseIgnored, QuirkPlace.Learning, "a second lease is ignored, or crashes the daemon", "keeps a list"),
        new(Quirk.FailedSaveDropsFilter, QuirkPlace.Lifecycle, "a failed save drops the filter", "saves first"),
        new(Quirk.MissingDeviceBindsSilently, QuirkPlace.Lifecycle, "binding a missing device succeeds without effect", "waits for the device"),
        new(Quirk.FilterDiscardedOnOtherTypes, QuirkPlace.Lifecycle, "a filter on an interface type that cannot have one is discarded", "refuses it"),
        new(Quirk.Dhcpv6ServerUsesIpv4Variable, QuirkPlace.Meaning, "allow-dhcpv6-server uses DHCPSERVER, the variable for IPv4", "prefers DHCPSERVERV6"),
        new(Quirk.NoIpv6SpoofingBlocksNeighbourDiscovery, QuirkPlace.Meaning, "no-ipv6-spoofing drops neighbour discovery from link-local and unspecified sources", null),
        new(Quirk.SelfAnnouncementEtherType, QuirkPlace.Meaning, "qemu-announce-self admits EtherType 0x835, a slip for 0x8035", null),
        new(Quirk.BpduReadOneByteEarly, QuirkPlace.Meaning, "ebtables reads every field of a BPDU one byte before its place", "reads it at its place"),
        new(Quirk.IcmpType255IsAny, QuirkPlace.Meaning, "icmp type 255 stands for every type and code", "matches type 255"),
    ];

    public static QuirkEntry Of(Quirk quirk) => All[(int)quirk - 1];
}
