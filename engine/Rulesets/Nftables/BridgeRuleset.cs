using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>The programs of ports on bridges as an nft ruleset that can follow changes.</summary>
/// <remarks>
/// <code>
///  from a port                                              to a port
///  bridge prerouting −300  layer 2, by iifname              bridge forward −201  layer 3, by oifname
///  ip prerouting 350       the state goes into the mark     bridge forward −200  the mark's bits are cleared
///  bridge forward −202     layer 3, by iifname              ip forward           what layer 3 rejected is rejected
///  bridge input   −202     the same, on the way to the host bridge postrouting 300  layer 2, by oifname
///
/// What the host sends or routes to a guest (strict meaning only):
///  ip output, ip forward 1000  the state goes into the mark
///  bridge output −202      layer 3, by oifname, then the bits are cleared; bridge forward 11 clears those of bridged packets
/// </code>
/// Where the bridge tracks connections itself, at −200, the state goes into the mark right behind that, in bridge prerouting.
/// The layer-2 priorities are those of ebtables' nat table, around bridge netfilter (switching.md section 9.1). IP
/// chains exist only while a port has IP rules, since they switch connection tracking on for the whole namespace.
/// </remarks>
public sealed class BridgeRuleset
{
    public const string TableName = "nwlab";

    /// <summary>Every family in which a table of ours may be.</summary>
    public static readonly ImmutableArray<NftFamily> Families = [NftFamily.Bridge, NftFamily.Ip, NftFamily.Ip6];

    private const string FromGuests = "from-guests", ToGuests = "to-guests"; // base chains in which ports are told apart
    private const string IpFromGuests = "ip-from-guests", IpToGuests = "ip-to-guests", IpHost = "ip-host";

    private readonly StateSource _states;
    private readonly ShapeReader _reader;
    private readonly ImmutableArray<PortGroup> _groups;
    private readonly Dictionary<InterfaceName, Member> _members;

    private BridgeRuleset(
        StateSource states, ShapeReader reader, ImmutableArray<PortGroup> groups, Dictionary<InterfaceName, Member> members) =>
        (_states, _reader, _groups, _members) = (states, reader, groups, members);

    private bool HasIpStages => Has(kind => kind.Type is not null);

    private bool RulesTheHost => Has(kind => kind.FromHost);

    /// <summary>The same for the same ports, whatever was there before: a change is the difference of two rulesets.</summary>
    public static Lowered<BridgeRuleset> Of(IReadOnlyCollection<PortPolicy> ports, StateSource states = StateSource.BridgeNetfilter) =>
        Of(ports, new(states, new(StageKind.All), [], []), new HashSet<InterfaceName>());

    /// <summary>The ruleset of other ports; what they have in common with these costs little.</summary>
    public Lowered<BridgeRuleset> Follow(IReadOnlyCollection<PortPolicy> ports)
    {
        HashSet<InterfaceName> stay = new(ports.Count);
        List<PortPolicy> come = [];
        foreach (PortPolicy port in ports)
        {
            if (_members.TryGetValue(port.Device, out Member? member) && ReferenceEquals(member.Rules, port.Rules))
            {
                stay.Add(port.Device);
            }
            else
            {
                come.Add(port);
            }
        }

        HashSet<InterfaceName> gone = [.. _members.Keys.Where(port => !stay.Contains(port))];
        return 2 * (come.Count + gone.Count) > ports.Count ? Of(ports, _states) : Of(come, this, gone);
    }

    /// <summary>The stage that ports are asked for in one of the base chains; null for one in which nobody is asked.</summary>
    public static FilterPlace? PlaceOf(string baseChain) => baseChain switch
    {
        FromGuests => FilterPlace.FromGuest,
        ToGuests => FilterPlace.ToGuest,
        IpFromGuests => FilterPlace.FromGuestForwarded,
        IpToGuests => FilterPlace.ToGuestForwarded,
        IpHost => FilterPlace.FromGuestToHost,
        _ => null,
    };

    /// <summary>Whether a rule that accepted a packet with this mark means to have it rejected behind the bridge's hooks.</summary>
    public static bool IsRejected(uint mark) => (mark & StateMark.Reject) != 0;

    /// <summary>What the rules of a port's chains stand for in its program; the end of a chain stands for nothing.</summary>
    /// <param name="port">One of those that the ruleset was made of.</param>
    public ImmutableDictionary<RulePlace, RuleSpan> SpansOf(InterfaceName port)
    {
        Member member = _members[port];
        return member.Class.SpansOf(member.Rules.Whole, member.Values).ToImmutableDictionary();
    }

    private static Lowered<BridgeRuleset> Of(IReadOnlyCollection<PortPolicy> come, BridgeRuleset before, HashSet<InterfaceName> gone)
    {
        ImmutableArray<Diagnostic> refusals = [.. Unfit(come).Distinct()];
        if (!refusals.IsEmpty)
        {
            return new(null, refusals);
        }

        Dictionary<ProgramShape, ImmutableArray<ShapedPort>.Builder> joining = [];
        Dictionary<InterfaceName, PortProgram> programs = new(come.Count);
        foreach (PortPolicy port in come)
        {
            (ProgramShape shape, PortValues values) = before._reader.Read(port.Rules);
            if (!joining.TryGetValue(shape, out ImmutableArray<ShapedPort>.Builder? joined))
            {
                joining[shape] = joined = ImmutableArray.CreateBuilder<ShapedPort>();
            }

            joined.Add(new(port.Device, values));
            programs[port.Device] = port.Rules;
        }

        Dictionary<InterfaceName, Member> members = new(before._members);
        HashSet<PortClass> left = [.. gone.Select(port => members[port].Class)];
        foreach (InterfaceName port in gone)
        {
            members.Remove(port);
        }

        List<PortGroup> groups = [];
        foreach (PortGroup group in before._groups)
        {
            bool joined = joining.Remove(group.Class.Shape, out ImmutableArray<ShapedPort>.Builder? ports);
            PortGroup now = joined || left.Contains(group.Class) ? group.With(gone, ports?.ToImmutable() ?? []) : group;
            groups.AddRange(now.Ports.IsEmpty ? [] : [now]);
            Enter(now, now.Class != group.Class ? now.Ports : joined ? ports! : []);
        }

        foreach ((ProgramShape shape, ImmutableArray<ShapedPort>.Builder ports) in joining)
        {
            groups.Add(PortGroup.Of(shape, ports.ToImmutable()));
            Enter(groups[^1], groups[^1].Ports);
        }

        refusals = [.. groups.SelectMany(group => group.Class.Refusals).Distinct()];
        return new(refusals.IsEmpty ? new(before._states, before._reader, [.. groups], members) : null, refusals);

        void Enter(PortGroup group, IEnumerable<ShapedPort> ports)
        {
            foreach ((InterfaceName port, PortValues values) in ports)
            {
                members[port] = new(programs.TryGetValue(port, out PortProgram? program) ? program : members[port].Rules, group.Class, values);
            }
        }
    }

    /// <summary>The whole of it as data.</summary>
    public NftRuleset ToRuleset() => Tables(_groups, withEntries: true);

    /// <summary>What takes a kernel from this ruleset to the next without a frame that meets neither.</summary>
    /// <remarks>
    /// <code>
    ///   make     chains and sets that are new, where nothing leads yet
    ///   switch   elements: the entry of a port in a map sends its frames to the old chains or to the new ones
    ///   retire   what nothing leads to any more, once no frame can be on its way there
    /// </code>
    /// A transaction is not enough. The kernel reads which generation of rules is in force once per base chain, and again
    /// in each set: a frame that reads the first before a transaction and the second after it finds a new chain still
    /// empty, and an empty chain accepts; one between an old base chain and the new one that replaces it meets both empty
    /// (nft_do_chain, nft_rhash_lookup; seen: 26 frames leaked in 10,000 replacements under load, and none since). So a chain
    /// has its rules in both generations before a frame is sent there, and base chains stay. What is left: where a port
    /// keeps its chains and several of its values change, a frame that straddles the switch may be asked an old one and
    /// then a new one.
    /// </remarks>
    /// <returns>Null when everything must be loaded: from nothing, to nothing, or with another source of states.</returns>
    internal IEnumerable<NftChange>? ChangeTo(BridgeRuleset next)
    {
        if (_members.Count == 0 || next._members.Count == 0 || _states != next._states)
        {
            return null;
        }

        Dictionary<InterfaceName, Member> gone = _members.Where(old => !next.Keeps(old.Key, old.Value)).ToDictionary();
        Dictionary<InterfaceName, Member> come = next._members.Where(port => gone.ContainsKey(port.Key) || !_members.ContainsKey(port.Key)).ToDictionary();
        HashSet<string> before = [.. _groups.Select(group => group.Class.Name)], after = [.. next._groups.Select(group => group.Class.Name)];
        NftRuleset old = Tables([], withEntries: false), wanted = next.Tables([], withEntries: false);
        NftRuleset filled = next.Tables(next._groups.Where(group => !before.Contains(group.Class.Name)), withEntries: false);
        return
        [
            new([], Without(filled, old)),
            new([], new([])) { Elements = [.. Elements(false, gone, c => after.Contains(c.Name)), .. Elements(true, come, c => before.Contains(c.Name))] },
            new([.. old.Tables.Select(table => table.Family).Except(wanted.Tables.Select(table => table.Family))], new([]))
            {
                Retired = [.. Without(old, wanted).Tables.Where(table => wanted.Tables.Any(stays => stays.Family == table.Family))],
                AfterFrames = true,
            },
        ];
    }

    /// <summary>All chains and sets; of the sets, those of some groups with their elements, and the maps with theirs or without.</summary>
    private NftRuleset Tables(IEnumerable<PortGroup> filled, bool withEntries)
    {
        if (_members.Count == 0)
        {
            return new([]);
        }

        HashSet<PortGroup> full = [.. filled];
        NftTable bridge = new(
            NftFamily.Bridge,
            TableName,
            [.. SetsOf(_groups.Select(group => full.Contains(group) ? group : group with { Ports = [] })), .. Octets(_groups), .. Maps(withEntries)],
            [
                .. ChainsOf(_groups), .. BaseChains(),
                .. HasIpStages ? NoteStateIn(StateSource.BridgeConntrack, new NftHook(NftHookPoint.Prerouting, -199)) : [],
            ]);
        return new(HasIpStages ? [bridge, IpTable(NftFamily.Ip), IpTable(NftFamily.Ip6)] : [bridge]);
    }

    /// <summary>The chains and sets that another ruleset has none of; a name always stands for the same.</summary>
    private static NftRuleset Without(NftRuleset ruleset, NftRuleset other)
    {
        HashSet<(NftFamily, string)> there = [.. other.Tables.SelectMany(table =>
            table.Chains.Select(chain => (table.Family, chain.Name)).Concat(table.Sets.Select(set => (table.Family, set.Name))))];
        return new([.. ruleset.Tables
            .Select(table => table with
            {
                Sets = [.. table.Sets.Where(set => !there.Contains((table.Family, set.Name)))],
                Chains = [.. table.Chains.Where(chain => !there.Contains((table.Family, chain.Name)))],
            })
            .Where(table => !table.Sets.IsEmpty || !table.Chains.IsEmpty)]);
    }

    private bool Keeps(InterfaceName port, Member old) => _members.TryGetValue(port, out Member? now)
        && (ReferenceEquals(now, old)
            || (now.Class.Name == old.Class.Name && (now.Rules.IsTwinOf(old.Rules) || now.Values.SameAs(old.Values))));

    /// <summary>What ports have in the maps, and in the sets of classes that are there before and after.</summary>
    private static IEnumerable<NftSetChange> Elements(bool add, Dictionary<InterfaceName, Member> ports, Func<PortClass, bool> lasts)
    {
        IEnumerable<NftSet> sets = ports.Where(port => lasts(port.Value.Class))
            .SelectMany(port => port.Value.Class.Sets([new ShapedPort(port.Key, port.Value.Values)]));
        IEnumerable<NftSet> maps = StageKind.All.Select(kind => Map(kind, ports.SelectMany(port => Entry(kind, port.Key, port.Value.Class))));
        return Merged(sets.Concat(maps)).Where(set => !set.Elements.IsEmpty).Select(set => new NftSetChange(add, NftFamily.Bridge, set));
    }

    /// <summary>Classes of one name have the same sets, and each its own ports in them.</summary>
    internal static IEnumerable<NftSet> SetsOf(IEnumerable<PortGroup> groups) => Merged(groups.SelectMany(group => group.Class.Sets(group.Ports)));

    private static IEnumerable<NftSet> Merged(IEnumerable<NftSet> sets) => sets.GroupBy(set => set.Name)
        .Select(same => same.Count() == 1 ? same.First() : same.First() with { Elements = [.. same.SelectMany(set => set.Elements)] });

    internal static IEnumerable<NftChain> ChainsOf(IEnumerable<PortGroup> groups) =>
        groups.Select(group => group.Class).DistinctBy(c => c.Name).SelectMany(c => c.Chains);

    /// <summary>What no chain could express, whatever its rules say.</summary>
    internal static IEnumerable<Diagnostic> Unfit(IEnumerable<PortPolicy> ports)
    {
        HashSet<ProgramFamily> same = [];
        foreach (PortPolicy port in ports)
        {
            string name = port.Device.ToString();
            if (name.Contains('"') || name.EndsWith('*'))
            {
                yield return DiagnosticTable.DeviceIsPattern.At(new SourcePosition(name, 0, 0), $"nft reads the device name '{name}' as a pattern or the end of a string");
            }

            if (!same.Contains(port.Rules.Family) && !HasSameRulesForHost(port.Rules.Family))
            {
                yield return DiagnosticTable.HostRulesDiffer.At(new SourcePosition(name, 0, 0),
                    $"{name} has other rules for packets to the host than for packets that it sends on, and nft cannot tell them apart on a bridge");
            }
            else
            {
                same.Add(port.Rules.Family);
            }
        }
    }

    private static bool HasSameRulesForHost(ProgramFamily family) => new[] { family.Example.Ipv4, family.Example.Ipv6 }
        .All(stages => stages is null || SameRules(stages.FromGuestForwarded, stages.FromGuestToHost, family));

    private static bool SameRules(Stage one, Stage other, ProgramFamily family) =>
        one.Chains.Length == other.Chains.Length && one.Chains.Zip(other.Chains).All(pair =>
            pair.First.End == pair.Second.End && pair.First.Rules.Length == pair.Second.Rules.Length
            && pair.First.Rules.Zip(pair.Second.Rules).All(rules =>
                rules.First.Verdict == rules.Second.Verdict
                && rules.First.Conditions.AsSpan().SequenceEqual(rules.Second.Conditions.AsSpan())
                && OwnValues(rules.First, family).SequenceEqual(OwnValues(rules.Second, family))));

    private static IEnumerable<(int Condition, int Value)> OwnValues(Rule rule, ProgramFamily family) =>
        family.OpenOf(rule).Select(open => (open.Condition, open.Value));

    internal static IEnumerable<NftSet> Octets(IEnumerable<PortGroup> groups) =>
        groups.Any(group => UsesOctets(group.Class)) ? [NftFields.EqualOctets] : [];

    private static bool UsesOctets(PortClass c) =>
        c.Shape.Chains.Any(chain => chain.Groups.Any(rule => rule.Conditions.Any(condition => condition is GratuitousArp)));

    /// <summary>One verdict map per stage: a frame's cost does not grow with the number of ports.</summary>
    private IEnumerable<NftSet> Maps(bool withEntries) => StageKind.All.Where(IsAsked)
        .Select(kind => Map(kind, !withEntries ? [] : _groups.SelectMany(group => group.Ports.SelectMany(port => Entry(kind, port.Device, group.Class)))));

    /// <remarks>Chains are shared, and so are the counters of their rules; here each port has one of its own. The sets behind
    /// rules have none: a third more time for the kernel to load a port.</remarks>
    internal static NftSet Map(StageKind kind, IEnumerable<NftElement> entries) =>
        new(kind.Map, [kind.Device], NftSetKind.VerdictMap, [.. entries]) { IsCounted = true };

    private bool Has(Func<StageKind, bool> kind) => _groups.Any(group => group.Class.Shape.Chains.Any(chain => kind(chain.Kind)));

    /// <summary>Whether a base chain asks a stage's map; one without need of it is left out.</summary>
    private bool IsAsked(StageKind kind) => kind.FromHost ? RulesTheHost : kind.Type is null || HasIpStages;

    private static IEnumerable<NftElement> Entry(StageKind kind, InterfaceName port, PortClass c) =>
        c.Roots.Where(root => root.Kind == kind).Select(root => new NftElement(port, [], root.Chain));

    private IEnumerable<NftChain> BaseChains()
    {
        yield return new(FromGuests, new(NftHookPoint.Prerouting, -300), [Dispatch(StageKind.From)]);
        yield return new(ToGuests, new(NftHookPoint.Postrouting, 300), [Dispatch(StageKind.To)]);
        if (!HasIpStages)
        {
            yield break;
        }

        NftRule clear = new([StateMark.Any(StateMark.State), StateMark.Clear(StateMark.State)], null);
        NftRule rejected = new([StateMark.Any(StateMark.Reject), NftVerdict.Accept], null);
        yield return new(IpFromGuests, new(NftHookPoint.Forward, -202), [Dispatch(StageKind.Ip4From), Dispatch(StageKind.Ip6From)]);
        yield return new(IpToGuests, new(NftHookPoint.Forward, -201), [rejected, Dispatch(StageKind.Ip4To), Dispatch(StageKind.Ip6To)]);
        yield return new("ip-clear", new(NftHookPoint.Forward, -200), [clear]);
        yield return new(IpHost, new(NftHookPoint.Input, -202), [Dispatch(StageKind.Ip4From), Dispatch(StageKind.Ip6From)]);
        yield return new("ip-host-clear", new(NftHookPoint.Input, -201), [clear]);
        if (RulesTheHost)
        {
            yield return new("ip-of-host", new(NftHookPoint.Output, -202), [Dispatch(StageKind.Ip4FromHost), Dispatch(StageKind.Ip6FromHost)]);
            yield return new("ip-of-host-clear", new(NftHookPoint.Output, -201), [clear]);
            yield return new("ip-bridged-clear", new(NftHookPoint.Forward, 11), [clear]); // ip forward noted it for routed packets
        }

        // Bridge netfilter has had its chance to reject by now; where it was switched off, dropping is what is left.
        yield return new("ip-rejected", new(NftHookPoint.Forward, 10), [new([StateMark.Any(StateMark.Reject), new NftCounter(), NftVerdict.Drop], null)]);
    }

    private static NftRule Dispatch(StageKind kind)
    {
        NftVerdictMap map = new([kind.Device], kind.Map);
        return new(kind.Type is { } type ? [new NftCompare(NftFields.EtherType, new NftNumber((ushort)type)), map] : [map], null);
    }

    /// <summary>The part in the IP families: writes states down before the bridge decides, and rejects behind it.</summary>
    private NftTable IpTable(NftFamily family)
    {
        NftRule reject = new([StateMark.Any(StateMark.Reject), new NftCounter(), new NftReject()], null);
        return new(family, TableName, [],
        [
            .. NoteStateIn(StateSource.BridgeNetfilter, new(NftHookPoint.Prerouting, 350), Bridge(NftMeta.InputKind)),
            .. RulesTheHost ? [NoteState("note-sent", new(NftHookPoint.Output, 1000), Bridge(NftMeta.OutputKind)),
                NoteState("note-routed", new(NftHookPoint.Forward, 1000), Bridge(NftMeta.OutputKind))] : Array.Empty<NftChain>(),
            new("reject-forwarded", new(NftHookPoint.Forward, -1000), [reject]),
            new("reject-to-host", new(NftHookPoint.Input, -1000), [reject]),
        ]);
    }

    /// <summary>The chain that writes states down, if they are known to this source.</summary>
    private IEnumerable<NftChain> NoteStateIn(StateSource source, NftHook hook, params ImmutableArray<NftStatement> guard) =>
        source != _states ? [] : [NoteState("note-state", hook, guard)];

    private static NftChain NoteState(string name, NftHook hook, params ImmutableArray<NftStatement> guard) => new(name, hook,
    [
        .. StateMark.States.Select(state => new NftRule(
            [.. guard, Word(NftConnectionKey.State, state.Word), StateMark.Set(StateMark.Of(state.State))], null)),
        new([.. guard, Word(NftConnectionKey.Direction, "original"), StateMark.Set(StateMark.Original)], null),
        new([.. guard, Word(NftConnectionKey.Direction, "reply"), StateMark.Set(StateMark.Reply)], null),
    ]);

    private static NftCompare Bridge(NftMeta kind) => new(kind, new NftWord("\"bridge\""));

    private static NftCompare Word(NftConnectionKey key, string word) => new(new NftConnection(key), new NftWord(word));

    /// <summary>A port, and where it belongs.</summary>
    private sealed record Member(PortProgram Rules, PortClass Class, PortValues Values);
}
