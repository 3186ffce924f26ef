using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;
using Lab.Engine.State;

namespace Lab.Engine.Filters.Templates;

/// <summary>Builds the three stateful stages of one address family (nwfilter.md section 4.6).</summary>
/// <remarks><code>
///   XML rule ──┬─> FI  from the guest, forwarded     accept is written as return: the receiver's FO still has a say
///              ├─> FO  to the guest, forwarded
///              └─> HI  from the guest, to the host   always what FI has
/// </code></remarks>
internal sealed class IpStageBuilder(
    ProtocolLayer layer, ImmutableArray<TreeRule> rules, Meaning meaning, ICollection<Diagnostic> found)
{
    private readonly List<TemplateRule> _fromGuest = [];
    private readonly List<TemplateRule> _toGuest = [];

    /// <summary>Null without a rule of this family; with one, all three exist, even if empty.</summary>
    public TemplateIpStages? Build()
    {
        TreeRule[] mine = [.. rules.Where(r => r.Rule.Protocol?.Layer == layer)];
        if (mine.Length == 0)
        {
            return null;
        }

        WarnOfOrder(mine);
        foreach (TreeRule tree in mine)
        {
            Add(tree);
        }

        return new(Stage("FI", _fromGuest), Stage("FO", _toGuest), Stage("HI", _fromGuest));

        static TemplateStage Stage(string name, List<TemplateRule> rules) => new([new(name, [.. rules], ChainEnd.Return)]);
    }

    private void Add(TreeRule tree)
    {
        RuleEntry rule = tree.Rule;
        ConditionBuilder builder = new(rule, meaning, found);
        ExplicitState? states = builder.States();
        IpRule parts = new(
            new RuleAssembly(tree, builder.Comment(), meaning),
            [.. rule.Protocol!.Implied.Select(Draft.Closed)], builder.FrameConditions(), [.. builder.IpSets()], [.. builder.ConnectionLimits()],
            rule.StateMatch ? states : null);
        if (rule.Action == RuleAction.Continue && meaning == Meaning.Libvirt)
        {
            found.Add(QuirkRegister.Of(Quirk.ContinueImpossibleOnIp).Refuse(rule.Position, "this rule cannot be applied"));
            return;
        }

        foreach (IpCopy copy in Copies(rule, parts))
        {
            if (Conditions(rule, parts, copy) is { } conditions)
            {
                (copy.ToGuest ? _toGuest : _fromGuest).Add(parts.Assembly.Build(conditions, VerdictOf(rule.Action, copy.ToGuest)));
            }
        }
    }

    /// <summary>Which copies of the rule exist, before MAC addresses and connection limits have their say.</summary>
    private IEnumerable<IpCopy> Copies(RuleEntry rule, IpRule parts)
    {
        bool sends = rule.Direction != RuleDirection.In, receives = rule.Direction != RuleDirection.Out;
        bool both = sends && receives;
        IpCopy fromGuest = new(ToGuest: false, Swapped: receives), toGuest = new(ToGuest: true, Swapped: !receives);
        if (parts.HasType && both && meaning == Meaning.Libvirt)
        {
            found.Add(QuirkRegister.Of(Quirk.TypedIcmpBothWaysVanishes).Warn(rule.Position, "this rule does nothing",
                "write one rule for each direction"));
            return [];
        }

        // An explicit state, or an ICMP type, belongs to packets of one direction; replies have others.
        bool oneWay = parts.States is not null || parts.HasType || OneWay(rule);
        return (oneWay, sends, receives) switch
        {
            (true, true, false) => [fromGuest],
            (true, false, true) => [toGuest],
            _ => [fromGuest, toGuest],
        };
    }

    /// <summary>Quirk 30: unless it accepts, a rule has no reason to care for replies, but libvirt makes it.</summary>
    private bool OneWay(RuleEntry rule)
    {
        if (rule.Action == RuleAction.Accept || rule.Direction == RuleDirection.InOut)
        {
            return false;
        }

        if (meaning == Meaning.Libvirt)
        {
            found.Add(QuirkRegister.Of(Quirk.NonAcceptActsBothWays).Warn(rule.Position,
                $"'{rule.Action.ToString().ToLowerInvariant()}' acts on packets {(rule.Direction == RuleDirection.Out ? "to" : "from")} the guest as well, with source and destination exchanged"));
        }

        return meaning == Meaning.Strict;
    }

    /// <summary>The conditions of one copy in the order of section 4.6.7; null where the copy must not exist.</summary>
    private static IEnumerable<Draft>? Conditions(RuleEntry rule, IpRule parts, IpCopy copy)
    {
        ImmutableArray<Draft> frame = parts.Frame;
        if (copy.Swapped)
        {
            // A MAC address cannot be swapped; without it, a copy that tested nothing else would match everything.
            frame = [.. parts.Frame.Where(d => d.Shape is not FieldEquals { Field: Field.EthernetSource }).Select(d => d.Swapped())];
            if (!parts.Limits.IsEmpty || (frame.IsEmpty && !parts.Frame.IsEmpty))
            {
                return null;
            }
        }

        IEnumerable<Draft> sets = copy.Swapped ? parts.Sets.Select(d => d.Swapped()) : parts.Sets;
        return [.. parts.Implied, .. frame, .. State(rule, parts, copy), .. sets, .. parts.Limits];
    }

    private static IEnumerable<Draft> State(RuleEntry rule, IpRule parts, IpCopy copy)
    {
        bool limited = !parts.Limits.IsEmpty && rule.Action == RuleAction.Accept;
        if (limited)
        {
            return [];
        }

        if (parts.States is { } states)
        {
            return states.Condition is { } condition ? [Draft.Closed(condition)] : [];
        }

        if (rule.Action != RuleAction.Accept || rule.Direction == RuleDirection.InOut || !rule.StateMatch)
        {
            return [];
        }

        ConnectionStates allowed = copy.Swapped ? ConnectionStates.Established : ConnectionStates.New | ConnectionStates.Established;
        ConnectionDirection direction = copy.Swapped ? ConnectionDirection.Reply : ConnectionDirection.Original;
        Draft state = Draft.Closed(new ConnectionStateIn(allowed));
        return parts.HasType ? [state] : [state, Draft.Closed(new ConnectionDirectionIs(direction))];
    }

    private static Verdict VerdictOf(RuleAction action, bool toGuest) => action switch
    {
        RuleAction.Accept => toGuest ? Verdict.Accept : Verdict.Return,
        RuleAction.Drop => Verdict.Drop,
        RuleAction.Reject => Verdict.Reject,
        RuleAction.Return => Verdict.Return,
        _ => Verdict.Continue,
    };

    /// <summary>Quirk 11: says where a rule stands before one that its priority puts it after.</summary>
    private void WarnOfOrder(TreeRule[] mine)
    {
        int lowest = mine.Where(r => !r.IsRoot).Select(r => r.Rule.Priority).DefaultIfEmpty(int.MaxValue).Min();
        if (mine.FirstOrDefault(r => r.IsRoot && r.Rule.Priority > lowest) is { } early)
        {
            found.Add(QuirkRegister.Of(Quirk.RootIpRulesFirst).Warn(early.Rule.Position,
                $"this rule of priority {early.Rule.Priority} comes before rules of priority {lowest} in other chains"));
        }
    }

    /// <param name="Swapped">Source and destination are exchanged with respect to the XML.</param>
    private readonly record struct IpCopy(bool ToGuest, bool Swapped);

    private sealed record IpRule(
        RuleAssembly Assembly, ImmutableArray<Draft> Implied, ImmutableArray<Draft> Frame,
        ImmutableArray<Draft> Sets, ImmutableArray<Draft> Limits, ExplicitState? States)
    {
        public bool HasType => Frame.Any(d => d.Shape is IcmpTypeAndCode);
    }
}
