using System.Collections.Immutable;

namespace Lab.Engine.Diagnostics;

/// <summary>Every kind of finding, in one place: code, name, severity, sentence, help.</summary>
/// <remarks>
/// NF001-019 any document, NF020-059 filters, NF060-069 bindings and interfaces, NF070-079 networks, NF080-089 the store, NF090-099 the 2010
/// draft, NF500-599 filter trees and their parameters, NF600-699 lowering and live hosts. NF900 with the number of a quirk is in
/// Templates/QuirkRegister. A code once published keeps its meaning; a code no longer used stays unused.
/// </remarks>
public static class DiagnosticTable
{
    private static readonly List<DiagnosticKind> Rows = [];

    public static readonly DiagnosticKind NotWellFormed = Error("NF001", "not-well-formed", "the text is not XML");

    public static readonly DiagnosticKind TooLarge = Error("NF002", "too-large", "the document is larger than any real one",
        "split it into several documents");

    public static readonly DiagnosticKind TooDeep = Error("NF003", "too-deep", "elements are nested deeper than any real document's");

    public static readonly DiagnosticKind WrongRoot = Error("NF004", "wrong-root", "the document is of another kind");

    public static readonly DiagnosticKind UnknownElement = Ignored("NF005", "unknown-element", "an element that is ignored");

    public static readonly DiagnosticKind UnknownAttribute = Ignored("NF006", "unknown-attribute", "an attribute that is ignored");

    public static readonly DiagnosticKind StrayText = Ignored("NF007", "stray-text", "text that is ignored",
        "use <!-- --> for remarks");

    public static readonly DiagnosticKind MissingAttribute = Error("NF008", "missing-attribute", "a required attribute is missing");

    public static readonly DiagnosticKind MissingElement = Error("NF009", "missing-element", "a required element is missing");

    public static readonly DiagnosticKind MalformedUuid = Error("NF010", "malformed-uuid", "not a UUID",
        "write 32 hexadecimal digits as 8-4-4-4-12, or leave the element out");

    public static readonly DiagnosticKind TooManyFindings = Warning("NF011", "too-many-findings", "the rest of the findings is left out");

    public static readonly DiagnosticKind RepeatedElement = Ignored("NF012", "repeated-element", "an element that may stand once");

    public static readonly DiagnosticKind FilterWithoutName = Error("NF020", "filter-without-name", "a filter needs a name");

    public static readonly DiagnosticKind UnsafeFilterName = Error("NF021", "unsafe-filter-name", "a name that cannot be a file's",
        "use letters, digits, '_', '-' and '.', and begin with a letter");

    public static readonly DiagnosticKind UnusualFilterName = Ignored("NF022", "unusual-filter-name",
        "a name that libvirt's schema refuses and that libvirt may be unable to read back",
        "use letters, digits, '_', '-' and '.', and begin with a letter");

    public static readonly DiagnosticKind ChainNameTooLong = Error("NF023", "chain-name-too-long", "a chain name has at most 12 characters");

    public static readonly DiagnosticKind ChainNameCharacters = Error("NF024", "chain-name-characters",
        "a chain name has letters, digits, '_', '.', ':' and '-' only");

    public static readonly DiagnosticKind ChainNamePrefix = Error("NF025", "chain-name-prefix",
        "a chain name is 'root', or begins with what decides which frames enter it",
        "begin with one of mac, vlan, stp, ipv4, ipv6, arp, rarp; or use 'root' itself");

    public static readonly DiagnosticKind ChainPriority = Error("NF026", "chain-priority", "not a chain priority",
        "write a whole number from -1000 to 1000");

    public static readonly DiagnosticKind ChainPriorityIgnored = Ignored("NF027", "chain-priority-ignored",
        "a priority without a chain attribute has no effect", "add chain='root', or remove the priority");

    public static readonly DiagnosticKind UnknownAction = Error("NF028", "unknown-action", "not an action",
        "write one of drop, accept, reject, return, continue");

    public static readonly DiagnosticKind UnknownDirection = Error("NF029", "unknown-direction", "not a direction",
        "write one of in, out, inout");

    public static readonly DiagnosticKind RulePriority = Ignored("NF030", "rule-priority",
        "not a rule priority; libvirt takes 500 instead and says nothing", "write a whole number from -1000 to 1000");

    public static readonly DiagnosticKind StateMatch = Ignored("NF031", "statematch", "a statematch that switches nothing off",
        "write 'false' or '0', or remove the attribute");

    public static readonly DiagnosticKind MatchValue = Ignored("NF032", "match-value", "only match='no' inverts an element's conditions",
        "write 'no' or 'yes'");

    public static readonly DiagnosticKind UnknownProtocol = Ignored("NF033", "unknown-protocol",
        "not a protocol element, so it contributes no conditions");

    public static readonly DiagnosticKind SecondProtocol = Ignored("NF034", "second-protocol",
        "a rule has one protocol, and a further one is ignored", "write a rule for each protocol");

    public static readonly DiagnosticKind IllegalValue = Error("NF035", "illegal-value", "a value that its attribute does not take");

    public static readonly DiagnosticKind SloppyValue = Ignored("NF036", "sloppy-value",
        "a value that is taken, but probably not as its author thinks");

    public static readonly DiagnosticKind MalformedVariable = Error("NF037", "malformed-variable", "not a variable reference",
        "write $NAME, $NAME[@k] with k up to 1000, or $NAME[n]; the reference must be the whole value");

    public static readonly DiagnosticKind SloppyVariable = Ignored("NF038", "sloppy-variable",
        "a variable reference that is taken, but probably not as its author thinks");

    public static readonly DiagnosticKind PortsWithoutProtocol = Error("NF039", "ports-without-protocol",
        "ports need a protocol that has ports", "add protocol='tcp', 'udp', 'sctp' or '33' before or beside the ports");

    public static readonly DiagnosticKind ParameterSkipped = Ignored("NF040", "parameter-skipped", "a parameter that is skipped",
        "names have letters, digits and '_'; values also '.' and ':'");

    public static readonly DiagnosticKind BeyondLibvirt = Warning("NF041", "beyond-libvirt",
        "an attribute that libvirt 9 ignores or refuses");

    public static readonly DiagnosticKind VariableWithoutEffect = Ignored("NF042", "variable-without-effect",
        "a variable where libvirt does not use its value");

    public static readonly DiagnosticKind AttributeOverridden = Ignored("NF043", "attribute-overridden",
        "an attribute that a later element of the same rule replaces");

    public static readonly DiagnosticKind IpSetLost = Warning("NF044", "ipset-lost",
        "libvirt 9 keeps ipset on 'all' and 'all-ipv6' only, and only together with ipsetflags");

    public static readonly DiagnosticKind SelfReference = Error("NF045", "self-reference", "a filter that contains itself");

    public static readonly DiagnosticKind InterfaceType = Error("NF060", "interface-type", "a type of interface that cannot be filtered",
        "use network, bridge, ethernet or direct");

    public static readonly DiagnosticKind GroupMac = Error("NF061", "group-mac", "a group address where one machine is meant",
        "use an address whose first byte is even, such as 52:54:00:12:34:56");

    public static readonly DiagnosticKind DeviceName = Error("NF062", "device-name", "not a name that a network device can have",
        "use 1 to 15 bytes without blanks, '/' and ':'");

    public static readonly DiagnosticKind VirtualPortType = Error("NF063", "virtualport-type", "a type of virtual port that is not known",
        "use 802.1Qbg, 802.1Qbh, openvswitch or midonet");

    public static readonly DiagnosticKind VirtualPortParameter = Error("NF064", "virtualport-parameter",
        "a parameter that belongs to another type of virtual port");

    public static readonly DiagnosticKind VirtualPortMisplaced = Error("NF065", "virtualport-misplaced",
        "a virtual port on an interface that has none");

    public static readonly DiagnosticKind FilterOnDirect = Warning("NF066", "filter-on-direct",
        "libvirt discards the filter of a direct interface and leaves the guest unfiltered");

    public static readonly DiagnosticKind ReservedTarget = Ignored("NF067", "reserved-target",
        "device names beginning with 'vnet' are given automatically, so libvirt drops this one");

    public static readonly DiagnosticKind VlanMisplaced = Error("NF068", "vlan-misplaced", "a VLAN on an interface whose frames nobody can tag",
        "libvirt tags on bridges, Linux's or Open vSwitch, and on SR-IOV devices in passthrough mode");

    public static readonly DiagnosticKind UnknownForwardMode = Error("NF070", "unknown-forward-mode", "not a way of forwarding",
        "use nat, route, open, bridge, private, vepa, passthrough or hostdev; or no forward element for an isolated network");

    public static readonly DiagnosticKind OptionForOtherMode = Error("NF071", "option-for-other-mode",
        "an option that does not fit the network's way of forwarding");

    public static readonly DiagnosticKind NetworkWithoutAddress = Error("NF072", "network-without-address",
        "a network that forwards needs an address", "add <ip address='192.168.122.1' netmask='255.255.255.0'/>");

    public static readonly DiagnosticKind OutsideSubnet = Error("NF073", "outside-subnet", "an address outside the subnet that it is meant for");

    public static readonly DiagnosticKind RangeOrder = Error("NF074", "range-order", "a range that ends before it starts, or is too wide");

    public static readonly DiagnosticKind AddressFamily = Error("NF075", "address-family", "an address of the other family");

    public static readonly DiagnosticKind OnlyOnce = Error("NF076", "only-once", "something that a network has once, or once under one name");

    public static readonly DiagnosticKind Overlap = Warning("NF077", "overlap", "two subnets or ranges of one network that share addresses");

    public static readonly DiagnosticKind NotInterpreted = Warning("NF078", "not-interpreted",
        "something that the simulator and the kernel testbed leave out");

    public static readonly DiagnosticKind ForeignFile = Warning("NF080", "foreign-file", "a file in the state folder that nwlab did not write",
        "move it elsewhere");

    public static readonly DiagnosticKind HalfWritten = Warning("NF081", "half-written", "a file that a killed command left behind",
        "the next command that changes something removes it");

    public static readonly DiagnosticKind UnreadableDefinition = Warning("NF082", "unreadable-definition", "a stored definition that cannot be read",
        "correct the file, or remove it");

    public static readonly DiagnosticKind MisnamedDefinition = Warning("NF083", "misnamed-definition", "a stored definition under another name",
        "rename the file");

    public static readonly DiagnosticKind IdentityClash = Error("NF084", "identity-clash", "name and uuid of a filter belong together");

    public static readonly DiagnosticKind Loop = Error("NF085", "loop", "filters that refer to each other in a circle",
        "remove one of the references");

    public static readonly DiagnosticKind InUse = Error("NF086", "in-use", "a filter that others need");

    public static readonly DiagnosticKind MissingReference = Error("NF087", "missing-reference", "a filter that is needed and not defined");

    public static readonly DiagnosticKind NotFound = Error("NF088", "not-found", "there is no such filter");

    public static readonly DiagnosticKind NoEquivalent = Error("NF090", "no-equivalent",
        "something in the draft of 2010 that today's filters cannot say");

    public static readonly DiagnosticKind Contradiction = Error("NF091", "contradiction", "two parts of a draft entry that exclude each other");

    public static readonly DiagnosticKind MissingFilter = Error("NF500", "missing-filter", "a reference to a filter that is not defined",
        "define it first, or correct the name");

    public static readonly DiagnosticKind Circle = Error("NF501", "circle", "filters that refer to each other in a circle");

    public static readonly DiagnosticKind TooManyRules = Error("NF502", "too-many-rules", "a filter tree with more rules than any real one");

    public static readonly DiagnosticKind UnresolvedVariable = Error("NF503", "unresolved-variable", "a variable without a value");

    public static readonly DiagnosticKind UnsuitableValue = Error("NF504", "unsuitable-value", "a variable's value that its place cannot take");

    public static readonly DiagnosticKind TooManyRows = Error("NF505", "too-many-rows", "lists of variables that multiply without bound");

    public static readonly DiagnosticKind ReversedRange = Error("NF506", "reversed-range", "a range that ends before it starts", "swap them");

    public static readonly DiagnosticKind NegatedProtocolBesidePorts = Error("NF507", "negated-protocol-beside-ports",
        "a negated protocol beside ports or ICMPv6 types");

    public static readonly DiagnosticKind TypeWithoutIcmpV6 = Error("NF508", "type-without-icmpv6", "an ICMPv6 type without its protocol");

    public static readonly DiagnosticKind StpSourceBothWays = Error("NF509", "stp-source-both-ways",
        "the source of an stp rule, which cannot be turned around", "write one rule for each direction");

    public static readonly DiagnosticKind NoEffect = Warning("NF510", "no-effect", "an attribute that has no effect here");

    public static readonly DiagnosticKind NeverReached = Warning("NF511", "never-reached", "a rule in a chain that never gets its frames");

    public static readonly DiagnosticKind RefusedByTools = Error("NF513", "refused-by-tools", "a value that libvirt's tools refuse");

    public static readonly DiagnosticKind BeyondEbtables = Error("NF601", "beyond-ebtables", "what ebtables and iptables cannot express",
        "use the nft backend for this filter");

    public static readonly DiagnosticKind Inexpressible = Error("NF602", "inexpressible", "what nftables, or this kernel, cannot express");

    public static readonly DiagnosticKind DeviceIsPattern = Error("NF603", "device-is-pattern", "a device name that nft reads as a pattern");

    public static readonly DiagnosticKind HostRulesDiffer = Error("NF604", "host-rules-differ",
        "other rules towards the host than beyond it, which a bridge cannot tell apart");

    public static readonly DiagnosticKind TooManyPorts = Error("NF605", "too-many-ports", "more bindings than are supported");

    public static readonly DiagnosticKind NothingToBind = Error("NF606", "nothing-to-bind", "an interface without filter, target or MAC address");

    public static readonly DiagnosticKind BridgeNetfilterOff = Error("NF607", "bridge-netfilter-off",
        "bridged packets do not pass the kernel's IP hooks, so IP rules would be without effect");

    /// <summary>In order of their codes. It stands last, since every row above enters itself.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } = [.. Rows];

    private static DiagnosticKind Error(string code, string name, string title, string? help = null) =>
        Row(new(code, name, Severity.Error, title, help));

    private static DiagnosticKind Warning(string code, string name, string title, string? help = null) =>
        Row(new(code, name, Severity.Warning, title, help));

    /// <summary>What libvirt ignores in silence.</summary>
    private static DiagnosticKind Ignored(string code, string name, string title, string? help = null) =>
        Row(new(code, name, Severity.Warning, title, help, ErrorWhenStrict: true));

    private static DiagnosticKind Row(DiagnosticKind kind)
    {
        Rows.Add(kind);
        return kind;
    }
}
