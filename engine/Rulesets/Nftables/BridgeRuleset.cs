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
/// </code>
/// The layer-2 priorities are those of ebtables' nat table, around bridge netfilter (switching.md section 9.1). IP
/// chains exist only while a port has IP rules, since they switch connection tracking on for the whole namespace.
/// </remarks>
public sealed class BridgeRuleset
{
    public const string TableName = "nwlab";

    private readonly Dictionary<ProgramShape, PortClass> _classes = [];
    private readonly Dictionary<InterfaceName, PortClass> _classOf = [];
    private readonly KnownShapes _known = new();
    private int _numbers;

    private BridgeRuleset()
    {
    }

    private bool HasIpStages => _classes.Keys.Any(shape => shape.Chains.Any(chain => chain.Kind.Type is not null));

    /// <summary>Everything from nothing.</summary>
    public static Lowered<BridgeRuleset> Of(IEnumerable<PortPolicy> ports)
    {
        BridgeRuleset ruleset = new();
        List<Diagnostic> refusals = [];
        PortPolicy[] all = [.. ports];
        refusals.AddRange(all.SelectMany(Unfit));
        if (refusals.Count == 0)
        {
            foreach (IGrouping<ProgramShape, (InterfaceName Port, ProgramShape, ImmutableArray<PortValues> Values)> shape
                in all.Select(ruleset.Shaped).GroupBy(port => port.Shape))
            {
                ruleset.Found(shape.Key, shape.Select(port => KeyValuePair.Create(port.Port, port.Values)));
            }

            foreach (PortClass made in ruleset._classes.Values)
            {
                _ = made.Chains(refusals);
            }
        }

        return new(refusals.Count > 0 ? null : ruleset, [.. refusals.Distinct()]);
    }

    internal bool Holds(InterfaceName port) => _classOf.ContainsKey(port);

    /// <summary>The whole of it as data.</summary>
    public NftRuleset ToRuleset()
    {
        if (_classOf.Count == 0)
        {
            return new([]);
        }

        List<Diagnostic> none = [];
        PortClass[] classes = [.. _classes.Values.OrderBy(c => c.Number)];
        NftTable bridge = new(
            NftFamily.Bridge,
            TableName,
            [.. classes.SelectMany(c => c.Sets(withElements: true)), .. Octets(classes), .. Maps()],
            [.. classes.SelectMany(c => c.Chains(none)), .. BaseChains()]);
        return new(HasIpStages ? [bridge, StateTable(NftFamily.Ip), StateTable(NftFamily.Ip6)] : [bridge]);
    }

    /// <summary>The change that takes a kernel which holds this ruleset to other ports, and this object with it.</summary>
    /// <param name="gone">Ports whose rules go, those included that come back otherwise.</param>
    /// <returns>Null when replacing everything is as good or the only way.</returns>
    internal Lowered<NftText>? TryFollow(IReadOnlyCollection<InterfaceName> gone, IReadOnlyCollection<PortPolicy> come)
    {
        ImmutableArray<Diagnostic> refusals = [.. come.SelectMany(Unfit)];
        if (!refusals.IsEmpty)
        {
            return new(null, refusals);
        }

        bool hadIpStages = HasIpStages;
        NftDelta delta = new();
        foreach (InterfaceName port in gone)
        {
            PortClass from = _classOf[port];
            delta.Delete(StageKind.All.SelectMany(kind => Entry(kind, port, from).Select(entry => (kind.Map, entry))));
            delta.Delete(from.ElementsOf(port).SelectMany(set => set.Elements.Select(element => (set.Set, element))));
            from.Remove(port);
            _classOf.Remove(port);
        }

        foreach ((InterfaceName port, ProgramShape shape, ImmutableArray<PortValues> values) in come.Select(Shaped))
        {
            Enter(port, shape, values, delta);
        }

        foreach (PortClass empty in _classes.Values.Where(c => c.Ports.Count == 0).ToArray())
        {
            _classes.Remove(empty.Shape);
            delta.Retire(empty);
        }

        return _classOf.Count == 0 || HasIpStages != hadIpStages || delta.MakesOctets ? null : delta.Finish();
    }

    /// <summary>Puts a port into its class; a class whose layout it does not fit is made anew for all its ports.</summary>
    private void Enter(InterfaceName port, ProgramShape shape, ImmutableArray<PortValues> values, NftDelta delta)
    {
        if (_classes.TryGetValue(shape, out PortClass? present) && present.Ports.Count > 0 && present.Fits(values))
        {
            present.Add(port, values);
            _classOf[port] = present;
            delta.Add(present.ElementsOf(port).SelectMany(set => set.Elements.Select(element => (set.Set, element))));
            delta.Add(StageKind.All.SelectMany(kind => Entry(kind, port, present).Select(entry => (kind.Map, entry))));
            return;
        }

        IEnumerable<KeyValuePair<InterfaceName, ImmutableArray<PortValues>>> members = present is null ? [] : present.Ports;
        PortClass made = Found(shape, [.. members, KeyValuePair.Create(port, values)]);
        delta.Make(made);
        foreach (InterfaceName member in made.Ports.Keys)
        {
            if (present is not null && member != port)
            {
                delta.Delete(StageKind.All.SelectMany(kind => Entry(kind, member, present).Select(entry => (kind.Map, entry))));
            }

            delta.Add(StageKind.All.SelectMany(kind => Entry(kind, member, made).Select(entry => (kind.Map, entry))));
        }

        if (present is not null)
        {
            delta.Retire(present);
        }
    }

    private (InterfaceName Port, ProgramShape Shape, ImmutableArray<PortValues> Values) Shaped(PortPolicy port)
    {
        (ProgramShape shape, ImmutableArray<PortValues> values) = ProgramShape.Of(port.Program, StageKind.All, _known);
        return (port.Device, shape, values);
    }

    /// <summary>What no chain could express, whatever its rules say.</summary>
    internal static IEnumerable<Diagnostic> Unfit(PortPolicy port)
    {
        string name = port.Device.ToString();
        if (name.Contains('"') || name.EndsWith('*'))
        {
            yield return DiagnosticTable.DeviceIsPattern.At(new SourcePosition(name, 0, 0), $"nft reads the device name '{name}' as a pattern or the end of a string");
        }

        foreach (IpStages? stages in new[] { port.Program.Ipv4, port.Program.Ipv6 })
        {
            if (stages is not null && !SameRules(stages.FromGuestForwarded, stages.FromGuestToHost))
            {
                yield return DiagnosticTable.HostRulesDiffer.At(new SourcePosition(name, 0, 0),
                    $"{name} has other rules for packets to the host than for packets that it sends on, and nft cannot tell them apart on a bridge");
            }
        }
    }

    private static bool SameRules(Stage one, Stage other) =>
        one.Chains.Length == other.Chains.Length && one.Chains.Zip(other.Chains).All(pair =>
            pair.First.End == pair.Second.End && pair.First.Rules.Length == pair.Second.Rules.Length
            && pair.First.Rules.Zip(pair.Second.Rules).All(rules =>
                rules.First.Verdict == rules.Second.Verdict
                && rules.First.Conditions.AsSpan().SequenceEqual(rules.Second.Conditions.AsSpan())));

    private PortClass Found(ProgramShape shape, IEnumerable<KeyValuePair<InterfaceName, ImmutableArray<PortValues>>> ports)
    {
        PortClass made = new(++_numbers, shape, ports);
        _classes[shape] = made;
        foreach (InterfaceName port in made.Ports.Keys)
        {
            _classOf[port] = made;
        }

        return made;
    }

    internal static IEnumerable<NftSet> Octets(IEnumerable<PortClass> classes) =>
        classes.Any(UsesOctets) ? [NftFields.EqualOctets] : [];

    private static bool UsesOctets(PortClass c) =>
        c.Shape.Chains.Any(chain => chain.Groups.Any(rule => rule.Conditions.Any(condition => condition is GratuitousArp)));

    /// <summary>One verdict map per stage: a frame's cost does not grow with the number of ports.</summary>
    private IEnumerable<NftSet> Maps() => StageKind.All.Where(kind => kind.Type is null || HasIpStages).Select(kind => new NftSet(
        kind.Map, [kind.Device], NftSetKind.VerdictMap, [.. _classOf.OrderBy(port => port.Key).SelectMany(port => Entry(kind, port.Key, port.Value))]));

    private static IEnumerable<NftElement> Entry(StageKind kind, InterfaceName port, PortClass c) =>
        c.Roots.Where(root => root.Kind == kind).Select(root => new NftElement([kind.Device], [new NftInterface(port)], NftVerdict.Jump(root.Chain)));

    private IEnumerable<NftChain> BaseChains()
    {
        yield return new("from-guests", new(NftHookPoint.Prerouting, -300), [Dispatch(StageKind.From)]);
        yield return new("to-guests", new(NftHookPoint.Postrouting, 300), [Dispatch(StageKind.To)]);
        if (!HasIpStages)
        {
            yield break;
        }

        NftRule clear = new([StateMark.Any(StateMark.State), StateMark.Clear(StateMark.State)], null);
        NftRule rejected = new([StateMark.Any(StateMark.Reject), NftVerdict.Accept], null);
        yield return new("ip-from-guests", new(NftHookPoint.Forward, -202), [Dispatch(StageKind.Ip4From), Dispatch(StageKind.Ip6From)]);
        yield return new("ip-to-guests", new(NftHookPoint.Forward, -201), [rejected, Dispatch(StageKind.Ip4To), Dispatch(StageKind.Ip6To)]);
        yield return new("ip-clear", new(NftHookPoint.Forward, -200), [clear]);
        yield return new("ip-host", new(NftHookPoint.Input, -202), [Dispatch(StageKind.Ip4From), Dispatch(StageKind.Ip6From)]);
        yield return new("ip-host-clear", new(NftHookPoint.Input, -201), [clear]);

        // Bridge netfilter has had its chance to reject by now; where it was switched off, dropping is what is left.
        yield return new("ip-rejected", new(NftHookPoint.Forward, 10), [new([StateMark.Any(StateMark.Reject), new NftCounter(), NftVerdict.Drop], null)]);
    }

    private static NftRule Dispatch(StageKind kind)
    {
        NftVerdictMap map = new([kind.Device], kind.Map);
        return new(kind.Type is { } type ? [new NftCompare(NftFields.EtherType, new NftNumber((ushort)type)), map] : [map], null);
    }

    /// <summary>The part in the IP families: writes states down before the bridge decides, and rejects behind it.</summary>
    private static NftTable StateTable(NftFamily family)
    {
        NftCompare bridged = new(NftMeta.InputKind, new NftWord("\"bridge\""));
        NftRule reject = new([StateMark.Any(StateMark.Reject), new NftCounter(), new NftReject()], null);
        return new(family, TableName, [],
        [
            new("note-state", new(NftHookPoint.Prerouting, 350),
            [
                .. StateMark.States.Select(state => new NftRule(
                    [bridged, Word(NftConnectionKey.State, state.Word), StateMark.Set(StateMark.Of(state.State))], null)),
                new([bridged, Word(NftConnectionKey.Direction, "original"), StateMark.Set(StateMark.Original)], null),
                new([bridged, Word(NftConnectionKey.Direction, "reply"), StateMark.Set(StateMark.Reply)], null),
            ]),
            new("reject-forwarded", new(NftHookPoint.Forward, -1000), [reject]),
            new("reject-to-host", new(NftHookPoint.Input, -1000), [reject]),
        ]);
    }

    private static NftCompare Word(NftConnectionKey key, string word) => new(new NftConnection(key), new NftWord(word));
}
