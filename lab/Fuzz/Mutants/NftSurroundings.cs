using System.Collections.Immutable;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Fuzz.Mutants;

/// <summary>A chain in its ruleset: says of a fault why it changes nothing, where that can be shown from the rules, or from a
/// source that is named.</summary>
internal sealed class NftSurroundings
{
    private const uint RejectBit = 0x8000_0000; // of the mark: the last of the eight bits that carry states

    private static readonly NftPayload Ipv4Protocol = new(NftBase.Network, 72, 8, NftType.Protocol, "ip protocol"); // without extension headers the upper layer is what it says

    private readonly NftRuleset _ruleset;
    private readonly NftTable _table;
    private readonly NftChain _chain;

    /// <summary>Ports enter here, and behind it the hook accepts.</summary>
    private readonly bool _isEntry;

    /// <summary>A stage of packets that bridge netfilter has taken apart and connection tracking has put together.</summary>
    private readonly bool _isIpOnBridge;

    /// <summary>The tests of the rule that leads here, for instance the EtherType of an IP stage.</summary>
    private readonly ImmutableArray<NftCompare> _asked;

    public NftSurroundings(NftRuleset ruleset, NftTable table, NftChain chain)
    {
        (_ruleset, _table, _chain) = (ruleset, table, chain);
        ImmutableArray<string> maps = [.. table.Sets.Where(set => set.Elements.Any(element => element.Target == chain.Name)).Select(set => set.Name)];
        _isEntry = maps.Length > 0;
        _isIpOnBridge = table.Family == NftFamily.Bridge && (chain.Name.Contains("-ip4-", StringComparison.Ordinal) || chain.Name.Contains("-ip6-", StringComparison.Ordinal));
        _asked =
        [
            .. table.Chains.SelectMany(other => other.Rules).Where(rule => rule.Statements.OfType<NftVerdictMap>().Any(verdicts => maps.Contains(verdicts.Map)))
                .SelectMany(rule => rule.Statements.OfType<NftCompare>()),
        ];
    }

    public string? WhyRuleMayGo(int r) => IsOnlyCounting(_chain.Rules[r]) ? "the rule decides nothing"
        : WhyRuleIsIdle(r) ?? WhyRuleIsUnheard(_chain.Rules[r]) ?? (IsBehindTheIpHook() ? "bridge netfilter has shown the packet to the IP hooks, which have rejected it" : null);

    public string? WhyRulesMaySwap(int r) =>
        IsOnlyCounting(_chain.Rules[r]) || IsOnlyCounting(_chain.Rules[r + 1]) ? "one of the two decides nothing"
        : Outcome(_chain.Rules[r]).SequenceEqual(Outcome(_chain.Rules[r + 1])) ? "both decide alike"
        : Exclude(_chain.Rules[r], _chain.Rules[r + 1]) ? "no frame meets both"
        : WhyRuleIsIdle(r) ?? WhyRuleIsUnheard(_chain.Rules[r]) ?? WhyRuleIsUnheard(_chain.Rules[r + 1]);

    /// <param name="instead">Null where the statement is missing.</param>
    public string? WhyStatementMayBe(int r, int s, NftStatement? instead)
    {
        NftRule rule = _chain.Rules[r];
        uint beside = instead is NftSetMark other ? other.Bits : 0;
        return WhyRuleIsUnheard(rule, beside) ?? (rule.Statements[s], instead) switch
        {
            (NftVerdict was, NftVerdict verdict) => Passes(was, r) && Passes(verdict, r) ? "both let the frame pass"
                : IsBehindTheIpHook() ? "bridge netfilter has shown the packet to the IP hooks, which have rejected it" : null,
            (NftVerdict, null) => null,
            (NftCompare was, _) => (IsOnlyCounting(rule) ? "the rule decides nothing" : WhyRuleIsIdle(r)) ?? WhyTestMayBe(rule, s, was, (NftCompare?)instead),
            (NftFragmentHeaderMissing, null) when _isIpOnBridge => "connection tracking has put fragments together before",
            _ => WhyRuleMayGo(r),
        };
    }

    private string? WhyTestMayBe(NftRule rule, int s, NftCompare was, NftCompare? instead)
    {
        ImmutableArray<NftStatement> others = rule.Statements.RemoveAt(s);
        return _asked.Contains(was) && IsWider(was, instead) ? "the rule that leads to the chain asks the same"
            : rule.Statements is [NftCompare, NftVerdictMap map] && IsWider(was, instead) && LedTo(map).All(led => IsOnlyCounting(led) || led.Statements.Contains(was))
                ? "every rule that it leads to asks the same"
            : IsEverything(was) && (instead is null ? !was.Negated : IsEverything(instead) && instead.Negated == was.Negated) ? "every value is in the range"
            : was is { Mask: { } none, Negated: true } && none == 0 && instead is { Mask: { } still, Negated: true } && still == 0 ? "neither ever holds"
            : IsSurelyThere(others, was) && (instead is null || IsSurelyThere(others, instead)) ? "another test of the rule reads further"
            : was.Mask == 0 && was.Key is NftPayload { Base: NftBase.Link } && instead?.Negated != true
                ? "a tagged frame of fewer than 20 bytes does not get past skb_vlan_untag (net/core/skbuff.c)"
            : _isIpOnBridge && was.Mask == 0 && was.Key is NftPayload { Base: NftBase.Network } && (instead is null || (!instead.Negated && Offset(instead) < Offset(was)))
                ? "bridge netfilter has found the IP header whole before"
            : _isIpOnBridge && was.Mask == 0x1FFF && was.Key is NftPayload { Base: NftBase.Network } && (instead is null || (instead.Key == was.Key && Holds(instead, 0)))
                ? "connection tracking has put fragments together before"
            : was.Key == NftMeta.InputKind && instead is null ? "every packet that the host of the topology is given comes over the bridge"
            : was.Key == NftMeta.Mark && instead is { Mask: { } mask } && (mask & ~(UInt128)was.Mask!.Value & RejectBit) == 0 && instead.Value == was.Value
                && (mask & was.Mask.Value) == was.Mask.Value && IsBehindTheClearing() ? "the other bits of the mark are zero by then"
            : was.Key == NftMeta.Mark && IsBehindTheIpHook() && instead?.Mask == 0 ? "bridge netfilter has shown the packet to the IP hooks, which have rejected it"
            : WhyFixedTestMayBe(others, was, instead);
    }

    /// <summary>Another test of the rule has left one value only, of which the two say the same.</summary>
    private static string? WhyFixedTestMayBe(ImmutableArray<NftStatement> others, NftCompare was, NftCompare? instead) =>
        Fixed(others, was.Key) is { } value && (instead is null ? Holds(was, value) : Fixed(others, instead.Key) is { } read && Holds(was, value) == Holds(instead, read))
            ? "another test of the rule leaves one value to this one" : null;

    /// <summary>The rule is met by nobody, or nobody hears of what it does.</summary>
    /// <param name="beside">Other bits of the mark that it may set.</param>
    private string? WhyRuleIsUnheard(NftRule rule, uint beside = 0) =>
        _isIpOnBridge && rule.Statements.Any(statement => statement is NftCompare { Key: NftFragmentOffset }) ? "no packet with a fragment header gets here: connection tracking has put it together"
        : rule.Statements is [.., NftVerdictMap map] && _table.Sets.Single(set => set.Name == map.Map).Elements.IsEmpty ? "no port is in the map"
        : rule.Statements is [.., NftSetMark { Bits: 0 }] && IsBehindItsReaders() ? "whatever reads the bits has run before"
        : rule.Statements is [.., NftSetMark noted] && noted.Bits != 0 && !RulesOfPorts.OfType<NftCompare>().Any(test => test.Key == NftMeta.Mark && (test.Mask & (noted.Bits | beside)) != 0)
            ? "no rule of this ruleset asks for the state"
        : _chain.Hook is not null && rule.Statements.OfType<NftCompare>().Any(test => test.Key == NftMeta.Mark && test.Mask == RejectBit) && !RulesOfPorts.OfType<NftSetMark>().Any(mark => mark.Bits == RejectBit)
            ? "no rule of this ruleset rejects" : null;

    /// <summary>What stands in the chains of ports whose packets get here: those of the table's IP version, or of both.</summary>
    private IEnumerable<NftStatement> RulesOfPorts =>
        from table in _ruleset.Tables
        from other in table.Chains
        where other.Hook is null && (_table.Family == NftFamily.Bridge || other.Name.Contains(_table.Family == NftFamily.Ip ? "-ip4-" : "-ip6-", StringComparison.Ordinal))
        from rule in other.Rules
        from statement in rule.Statements
        select statement;

    /// <summary>Chains of ports, which alone read states, are led to at the same hook with lower priorities.</summary>
    private bool IsBehindItsReaders() => _chain.Hook is { } hook && _table.Chains
        .Where(other => other.Hook?.Point == hook.Point && other.Rules.Any(rule => rule.Statements.OfType<NftVerdictMap>().Any()))
        .All(other => other.Hook!.Priority < hook.Priority);

    /// <summary>In the IP tables, and in the bridge's behind the place where it shows packets to them (br_nf_forward, priority -1).</summary>
    private bool IsBehindTheClearing() => _table.Family != NftFamily.Bridge || _chain.Hook is { Priority: > -1 };

    private bool IsBehindTheIpHook() => _table.Family == NftFamily.Bridge && _chain.Hook is { Point: NftHookPoint.Forward, Priority: > -1 };

    /// <summary>What meets the one meets the other.</summary>
    private static bool IsWider(NftCompare one, NftCompare? other) => other is null
        || (other.Key == one.Key && other is { Negated: false, Mask: { } mask, Value: NftNumber number } && one is { Negated: false, Mask: null, Value: NftNumber exact } && (exact.Bits & mask) == number.Bits);

    private static bool IsEverything(NftCompare test) => test is { Mask: null, Value: NftRange range } && range.Low == 0 && range.High == UInt128.MaxValue >> (128 - test.Key.Bits);

    /// <summary>It asks for no bit, only whether these are there; and another test of the rule needs what lies behind them.</summary>
    private static bool IsSurelyThere(IEnumerable<NftStatement> others, NftCompare test) => test is { Negated: false, Mask: { } mask, Key: NftPayload asked } && mask == 0
        && others.OfType<NftCompare>().Any(other => other.Key is NftPayload read && read.Base == asked.Base && read.Offset + read.Bits >= asked.Offset + asked.Bits);

    private static int Offset(NftCompare test) => ((NftPayload)test.Key).Offset;

    private IEnumerable<NftRule> LedTo(NftVerdictMap map) =>
        from element in _table.Sets.Single(set => set.Name == map.Map).Elements
        from led in _table.Chains.Single(other => other.Name == element.Target).Rules
        select led;

    private static bool Holds(NftCompare test, UInt128 value) => test.Negated != (test.Value switch
    {
        NftRange range => value >= range.Low && value <= range.High,
        NftNumber number => (value & (test.Mask ?? UInt128.MaxValue)) == number.Bits,
        _ => false,
    });

    /// <summary>The bits of a key, when the frame must have these in order to meet the other tests.</summary>
    private static UInt128? Fixed(IEnumerable<NftStatement> others, NftKey key) => key == NftMeta.TransportProtocol ? Fixed(others, Ipv4Protocol) : key is not NftPayload wanted ? null
        : others.OfType<NftCompare>()
            .Where(test => test is { Mask: null, Negated: false, Value: NftNumber, Key: NftPayload held } && held.Base == wanted.Base
                && held.Offset <= wanted.Offset && wanted.Offset + wanted.Bits <= held.Offset + held.Bits)
            .Select(test => (UInt128?)(((NftNumber)test.Value).Bits >> (test.Key is NftPayload held ? held.Offset + held.Bits - wanted.Offset - wanted.Bits : 0)
                & UInt128.MaxValue >> (128 - wanted.Bits)))
            .FirstOrDefault();

    /// <summary>The frame passes whether it meets the rule or not.</summary>
    private string? WhyRuleIsIdle(int r) => Marks(_chain.Rules[r]).Length == 0
        && _chain.Rules.Skip(r).All(rule => IsPassing(rule, []) && (_isEntry || (AcceptsAtEnd && r < _chain.Rules.Length - 1 && rule.Statements is not [.., NftVerdict { Kind: NftVerdictKind.Return }])))
        ? "the frame passes with the rule and without it" : null;

    private bool AcceptsAtEnd => _chain.Rules is [.., { Statements: [NftCounter, NftVerdict { Kind: NftVerdictKind.Accept }] }];

    /// <summary>With this verdict at this place a frame surely passes the stage, with the marks of the rule.</summary>
    private bool Passes(NftVerdict verdict, int r) => _isEntry && verdict.Kind switch
    {
        NftVerdictKind.Accept or NftVerdictKind.Return => true,
        NftVerdictKind.Continue => _chain.Rules.Skip(r + 1).All(rule => IsPassing(rule, Marks(_chain.Rules[r]))),
        _ => false,
    };

    private static bool IsPassing(NftRule rule, NftSetMark[] allowed) => rule.Statements is [.., NftVerdict { Kind: NftVerdictKind.Accept or NftVerdictKind.Return or NftVerdictKind.Continue }]
        && Marks(rule).All(allowed.Contains);

    private static NftSetMark[] Marks(NftRule rule) => [.. rule.Statements.OfType<NftSetMark>()];

    private static bool IsOnlyCounting(NftRule rule) => rule.Statements is [.., NftVerdict { Kind: NftVerdictKind.Continue }] or [.., NftCounter];

    private IEnumerable<NftStatement> Outcome(NftRule rule) => rule.Statements.SkipWhile(statement => statement is not NftCounter)
        .Select(statement => _isEntry && statement == NftVerdict.Return ? NftVerdict.Accept : statement);

    /// <summary>One asks for a value where the other asks for another, or for the opposite.</summary>
    private static bool Exclude(NftRule one, NftRule other) => one.Statements.OfType<NftCompare>().Any(mine => other.Statements.OfType<NftCompare>().Any(its =>
        mine.Key == its.Key && mine.Mask == its.Mask && (mine.Value == its.Value
            ? mine.Negated != its.Negated
            : mine is { Negated: false, Value: NftNumber } && its is { Negated: false, Value: NftNumber })));
}
