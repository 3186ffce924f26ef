using Lab.Contract.Testbeds;
using Lab.Engine.Interop.Netlink;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Kernel.Tracing;

/// <summary>One packet on its way through one base chain, event by event.</summary>
/// <param name="place">Null for a base chain in which no port is asked.</param>
/// <param name="port">Null for a port that is no guest's.</param>
/// <param name="frame">How it begins.</param>
internal sealed class OpenWalk(FilterPlace? place, TracedPort? port, ReadOnlyMemory<byte> frame)
{
    private readonly List<MatchedRule> _matched = [];
    private bool _asked, _lost;
    private StageOutcome _outcome;

    public ReadOnlyMemory<byte> Frame => frame;

    /// <param name="at">Where the rule of the event stands; null for none, and for a rule that has come since it was asked where
    /// rules stand: the walk is not told then.</param>
    /// <returns>Whether the base chain has ended.</returns>
    public bool Take(NftTraceEvent traced, RulePlace? at)
    {
        if (traced.Kind == NftTraceKind.Policy)
        {
            _outcome = new(StageVerdict.Undecided, ReturnOfRoot());
            return true;
        }

        _lost |= at is null && traced.Handle != 0;
        VerdictKind said = Said(traced);
        Rule? rule = at is { } stands && port?.Spans.Value.TryGetValue(stands, out RuleSpan? span) == true ? Note(span, said) : null;
        _asked |= rule is not null || (said == VerdictKind.Jump && BridgeRuleset.PlaceOf(traced.Chain) is not null);
        _outcome = new(VerdictOf(said), rule);
        return said is VerdictKind.Accept or VerdictKind.Drop or VerdictKind.Reject;
    }

    /// <returns>Null when no port with a filter was asked, or by rules that are not known.</returns>
    public StageWalk? Close() => _asked && !_lost && place is { } stage && port is not null ? new(port.Guest, stage, [.. _matched], _outcome) : null;

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

    private VerdictKind Said(NftTraceEvent traced) => traced.Verdict switch
    {
        NftTraceVerdict.Accept when place is FilterPlace.FromGuestForwarded or FilterPlace.ToGuestForwarded && BridgeRuleset.IsRejected(traced.Mark) => VerdictKind.Reject,
        NftTraceVerdict.Accept => VerdictKind.Accept,
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
