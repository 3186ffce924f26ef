using Lab.Contract.Testbeds;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel.Tracing;

/// <summary>One packet on its way through one stage of a port, event by event.</summary>
/// <param name="place">Null for a base chain of ours in which no port is asked.</param>
/// <param name="port">Null for a port that is no guest's.</param>
/// <param name="frame">How it begins.</param>
internal sealed class OpenWalk(FilterPlace? place, TracedPort? port, ReadOnlyMemory<byte> frame)
{
    private readonly List<MatchedRule> _matched = [];
    private bool _lost;
    private StageOutcome _outcome;

    public ReadOnlyMemory<byte> Frame => frame;

    /// <summary>The port has a filter, and was asked.</summary>
    public bool IsAsked { get; set; }

    /// <param name="at">Where the rule of the event stands; null for none, and for a rule that has come since it was asked where
    /// rules stand: the walk is not told then.</param>
    /// <returns>Whether the stage has ended.</returns>
    public bool Take(NftTraceEvent traced, RulePlace? at)
    {
        if (traced.Kind == NftTraceKind.Policy)
        {
            return Leave();
        }

        _lost |= at is null && traced.Handle != 0;
        RuleSpan? span = at is { } stands ? port?.Spans.Value.GetValueOrDefault(stands) : null;
        VerdictKind said = Said(traced, span);
        Rule? rule = span is null ? null : Note(span, said);
        IsAsked |= rule is not null || (said == VerdictKind.Jump && BridgeRuleset.PlaceOf(traced.Chain) is not null);
        _outcome = new(VerdictOf(said), rule);
        return said is VerdictKind.Accept or VerdictKind.Drop or VerdictKind.Reject;
    }

    /// <summary>The packet goes on, undecided, behind the stage.</summary>
    /// <returns>True: the stage has ended.</returns>
    public bool Leave()
    {
        _outcome = new(StageVerdict.Undecided, ReturnOfRoot());
        return true;
    }

    /// <returns>Null when no port with a filter was asked, or by rules that are not known.</returns>
    public StageWalk? Close() => IsAsked && !_lost && place is { } stage && port is not null ? new(port.Guest, stage, [.. _matched], _outcome) : null;

    /// <summary>Several rules of a kernel may be ways of saying one thing, and a packet may match more than one of them.</summary>
    private Rule Note(RuleSpan span, VerdictKind said)
    {
        MatchedRule matched = new(span.Chain, span.First, span.Count, said);
        if (_matched.LastOrDefault() != matched)
        {
            _matched.Add(matched);
        }

        return matched.Rule;
    }

    /// <summary>A stage ends undecided when its root returns; that rule is the last, and the first is one of the root.</summary>
    private Rule? ReturnOfRoot() =>
        _matched is [var first, ..] && _matched[^1] is { Verdict: VerdictKind.Return } last && last.Chain == first.Chain ? last.Rule : null;

    private VerdictKind Said(NftTraceEvent traced, RuleSpan? span) => traced.Verdict switch
    {
        NftTraceVerdict.Accept when place is FilterPlace.FromGuestForwarded or FilterPlace.ToGuestForwarded && BridgeRuleset.IsRejected(traced.Mark) => VerdictKind.Reject,
        NftTraceVerdict.Accept => VerdictKind.Accept,
        NftTraceVerdict.Drop when span?.Chain.Rules[span.First].Verdict.Kind == VerdictKind.Reject && place is not (FilterPlace.FromGuest or FilterPlace.ToGuest) => VerdictKind.Reject,
        NftTraceVerdict.Drop => VerdictKind.Drop,
        NftTraceVerdict.Return => VerdictKind.Return,
        NftTraceVerdict.Jump or NftTraceVerdict.Goto => VerdictKind.Jump,
        _ => VerdictKind.Continue,
    };

    private static StageVerdict VerdictOf(VerdictKind said) => said switch
    {
        VerdictKind.Accept => StageVerdict.Accepted,
        VerdictKind.Drop => StageVerdict.Dropped,
        VerdictKind.Reject => StageVerdict.Rejected,
        _ => StageVerdict.Undecided,
    };
}
