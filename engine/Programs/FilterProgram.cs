using System.Collections.Immutable;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Programs;

/// <summary>Which reading of a filter is meant; they differ exactly in the quirk register.</summary>
public enum Meaning
{
    /// <summary>What libvirt 9 does, pitfalls included.</summary>
    Libvirt,

    /// <summary>What a careful author would expect.</summary>
    Strict,
}

/// <summary>The XML rule that something was made from.</summary>
/// <param name="Filter">The filter's name.</param>
/// <param name="Position">Of the rule element, or of the filter element for what libvirt adds by itself.</param>
public sealed record Origin(string Filter, SourcePosition Position)
{
    public override string ToString() => $"{Filter} ({Position})";
}

/// <summary>
/// The compiled policy of one port: no variables, no XML, no backend. The simulator interprets it, the lowerings
/// translate it, the trace explains it.
/// </summary>
/// <remarks>
/// <code>
///  guest sends ──> Ethernet.FromGuest ──> switch ──┬─> Ip*.FromGuestForwarded ──> receiver's Ip*.ToGuestForwarded ──> receiver's Ethernet.ToGuest
///                                                  └─> Ip*.FromGuestToHost ──> the host
/// </code>
/// A null stage lets everything pass (no chain exists; nwfilter.md section 4.4).
/// </remarks>
public sealed record FilterProgram(
    Meaning Meaning,
    Stage? EthernetFromGuest,
    Stage? EthernetToGuest,
    IpStages? Ipv4,
    IpStages? Ipv6)
{
    public static FilterProgram Empty { get; } = new(Meaning.Libvirt, null, null, null, null);
}

/// <summary>The three stateful chains of one address family; they always exist together.</summary>
/// <param name="FromGuestForwarded">libvirt's FI: from the guest to another port, or routed.</param>
/// <param name="ToGuestForwarded">libvirt's FO: to the guest from another port.</param>
/// <param name="FromGuestToHost">libvirt's HI: from the guest to the host itself.</param>
public sealed record IpStages(Stage FromGuestForwarded, Stage ToGuestForwarded, Stage FromGuestToHost);

/// <summary>One entry point with all the chains reachable from it.</summary>
/// <param name="Chains">Never empty; the root is first, jumps name chains by their index here.</param>
public sealed record Stage(ImmutableArray<Chain> Chains)
{
    public Chain Root => Chains[0];
}

/// <summary>What happens to a frame that no rule of a chain decided.</summary>
public enum ChainEnd
{
    /// <summary>The whole stage accepts (layer 2; quirk 29 for chains other than root).</summary>
    Accept,

    /// <summary>Back to the caller; from the root of an IP stage: undecided.</summary>
    Return,
}

/// <param name="Name">As the filter names it: <c>root</c>, <c>arp-mac</c>; for IP stages <c>FI</c>, <c>FO</c>, <c>HI</c>.</param>
public sealed record Chain(string Name, ImmutableArray<Rule> Rules, ChainEnd End);

/// <summary>All conditions hold: the verdict applies.</summary>
public sealed record Rule(ImmutableArray<Condition> Conditions, Verdict Verdict, Origin Origin)
{
    /// <summary>The comment attribute of an IP rule, which libvirt emits with the rule; null when there is none.</summary>
    public string? Comment { get; init; }
}

public enum VerdictKind
{
    Accept,
    Drop,

    /// <summary>At the IP stages an answer goes to the sender; on layer 2 the same as drop (nwfilter.md section 4.2).</summary>
    Reject,

    /// <summary>Leave this chain; from root: the stage is undecided, which passes.</summary>
    Return,

    /// <summary>Go on with the next rule.</summary>
    Continue,

    /// <summary>Enter another chain of the same stage.</summary>
    Jump,
}

/// <param name="Target">For <see cref="VerdictKind.Jump"/> the index in <see cref="Stage.Chains"/>, otherwise 0.</param>
public readonly record struct Verdict(VerdictKind Kind, int Target = 0)
{
    public static readonly Verdict Accept = new(VerdictKind.Accept);
    public static readonly Verdict Drop = new(VerdictKind.Drop);
    public static readonly Verdict Reject = new(VerdictKind.Reject);
    public static readonly Verdict Return = new(VerdictKind.Return);
    public static readonly Verdict Continue = new(VerdictKind.Continue);

    public static Verdict Jump(int chain) => new(VerdictKind.Jump, chain);
}
