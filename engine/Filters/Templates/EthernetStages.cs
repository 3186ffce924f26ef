using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>Builds the two layer-2 stages: steps 4 and 5 of nwfilter.md section 1.9.</summary>
internal sealed class EthernetStages(ImmutableArray<TreeRule> rules, Meaning meaning, ICollection<Diagnostic> found)
{
    /// <summary>What each chain prefix lets in (nwfilter.md section 1.3); no entry: everything.</summary>
    private static readonly ImmutableDictionary<string, FieldEquals> Entries = new Dictionary<string, FieldEquals>(StringComparer.Ordinal)
    {
        ["vlan"] = FieldEquals.Exactly(EtherType.Vlan),
        ["stp"] = FieldEquals.Exactly(Field.EthernetDestination, 0x0180_C200_0000),
        ["ipv4"] = FieldEquals.Exactly(EtherType.Ipv4),
        ["ipv6"] = FieldEquals.Exactly(EtherType.Ipv6),
        ["arp"] = FieldEquals.Exactly(EtherType.Arp),
        ["rarp"] = FieldEquals.Exactly(EtherType.Rarp),
    }.ToImmutableDictionary();

    private readonly ImmutableArray<TreeRule> _rules = [.. rules.Where(r => r.IsEthernet)];

    public (TemplateStage? FromGuest, TemplateStage? ToGuest) Build()
    {
        Dictionary<TreeRule, Copies> compiled = new(ReferenceEqualityComparer.Instance);
        foreach (TreeRule tree in _rules)
        {
            compiled[tree] = Compile(tree);
        }

        CheckChains();
        return (Build(RuleDirection.Out), Build(RuleDirection.In));

        TemplateStage? Build(RuleDirection direction) => Emit(direction, tree => compiled[tree].Copy(direction));
    }

    private static bool Acts(TreeRule tree, RuleDirection direction) =>
        tree.Rule.Direction == direction || tree.Rule.Direction == RuleDirection.InOut;

    private TemplateStage? Emit(RuleDirection direction, Func<TreeRule, TemplateRule> copy)
    {
        ImmutableArray<TreeRule> mine = [.. _rules.Where(r => Acts(r, direction))];
        if (mine.IsEmpty)
        {
            return null;
        }

        // The last rule in order names the priority of its chain; of equal ones the chain that was used first is first.
        Queue<(string Name, int Priority, TreeRule First)> pending = new(mine.Where(r => !r.IsRoot)
            .GroupBy(r => r.Filter.Chain.ToString(), StringComparer.Ordinal)
            .Select(chain => (chain.Key, chain.Last().Filter.ChainPriority, chain.First()))
            .OrderBy(chain => chain.ChainPriority));
        List<(string Name, List<TemplateRule> Rules)> chains = [("root", [])];
        foreach (TreeRule tree in _rules) // also those of the other direction: they, too, push chains into existence
        {
            while (pending.TryPeek(out var next) && next.Priority <= tree.Priority)
            {
                Open(pending.Dequeue().First);
            }

            if (!Acts(tree, direction))
            {
                continue;
            }

            string name = tree.Filter.Chain.ToString();
            int index = chains.FindIndex(c => c.Name == name);
            if (index < 0)
            {
                found.Add(QuirkRegister.Of(Quirk.ConflictingChainPriorities).Refuse(tree.Rule.Position,
                    $"this rule comes before its chain '{name}' exists, because another filter gives that chain a higher priority"));
                return null;
            }

            chains[index].Rules.Add(copy(tree));
        }

        while (pending.TryDequeue(out var last))
        {
            Open(last.First);
        }

        return new([.. chains.Select((chain, index) => new TemplateChain(chain.Name, [.. chain.Rules], EndOf(index)))]);

        void Open(TreeRule first)
        {
            Draft[] entry = Entries.TryGetValue(first.Filter.Chain.Prefix, out FieldEquals? condition) ? [Draft.Closed(condition)] : [];
            chains[0].Rules.Add(new(
                new Rule([.. entry.Select(d => d.Shape)], Verdict.Jump(chains.Count), new(first.Filter.Name, first.Filter.Position)),
                [], new([], ParameterSet.Empty, first.Filter.Position)));
            chains.Add((first.Filter.Chain.ToString(), []));
        }
    }

    /// <summary>Quirk 29: in libvirt the end of every chain accepts.</summary>
    private ChainEnd EndOf(int index) => index == 0 || meaning == Meaning.Libvirt ? ChainEnd.Accept : ChainEnd.Return;

    private Copies Compile(TreeRule tree)
    {
        RuleEntry rule = tree.Rule;
        RuleAssembly assembly = new(tree, null, meaning);
        Verdict verdict = rule.Action switch
        {
            RuleAction.Accept => Verdict.Accept,
            RuleAction.Return => Verdict.Return,
            RuleAction.Continue => Verdict.Continue,
            _ => Verdict.Drop, // reject as well: there is nobody to tell (nwfilter.md section 4.2)
        };
        if (rule.Protocol is null)
        {
            return new(assembly, [], [], verdict, rule.Direction);
        }

        WarnOf(tree);
        return new(assembly, [.. rule.Protocol.Implied.Select(Draft.Closed)],
            new ConditionBuilder(rule, meaning, found).FrameConditions(), verdict, rule.Direction);
    }

    private void WarnOf(TreeRule tree)
    {
        RuleEntry rule = tree.Rule;
        if (rule is { Protocol.Name: "stp", Direction: RuleDirection.InOut }
            && rule.Attributes.FirstOrDefault(m => m.Attribute is { Field: Field.EthernetSource, Role: AttributeRole.Value }) is { } source)
        {
            found.Add(TemplateErrors.StpSourceBothWays(source.Position));
        }

        if (meaning == Meaning.Libvirt
            && rule.Attributes.FirstOrDefault(m => m.Attribute.Field == Field.EtherType && m.Value is NumberValue number && number.Bits == 0x835) is { } slip)
        {
            found.Add(QuirkRegister.Of(Quirk.SelfAnnouncementEtherType).Warn(slip.Position, "EtherType 0x835 is nobody's; RARP is 0x8035"));
        }

        if (Entries.TryGetValue(tree.Filter.Chain.Prefix, out FieldEquals? entry) && entry.Field == Field.EtherType
            && TypeAskedBy(rule) is { } type && type != entry.Value)
        {
            found.Add(TemplateErrors.NeverReached(rule.Position, tree.Filter.Chain.ToString()));
        }
    }

    private static UInt128? TypeAskedBy(RuleEntry rule) =>
        rule.Protocol!.Implied.OfType<FieldEquals>().FirstOrDefault(c => c.Field == Field.EtherType)?.Value
        ?? (rule.Attributes.FirstOrDefault(m => m.Attribute.Field == Field.EtherType && !m.Negated)?.Value as NumberValue)?.Bits;

    /// <summary>Warnings and refusals that are about whole chains.</summary>
    private void CheckChains()
    {
        var chains = _rules.Where(r => !r.IsRoot).GroupBy(r => r.Filter.Chain.ToString(), StringComparer.Ordinal).ToArray();
        foreach (IGrouping<string, TreeRule> chain in chains)
        {
            TreeRule first = chain.First();
            TreeRule? other = chain.FirstOrDefault(r => r.Filter.ChainPriority != first.Filter.ChainPriority);
            QuirkEntry conflict = QuirkRegister.Of(Quirk.ConflictingChainPriorities);
            if (other is not null)
            {
                string here = $"filters '{first.Filter.Name}' ({first.Filter.ChainPriority}) and '{other.Filter.Name}' ({other.Filter.ChainPriority}) give chain '{chain.Key}' different priorities";
                found.Add(meaning == Meaning.Strict ? conflict.Refuse(other.Filter.Position, here) : conflict.Warn(other.Filter.Position, here));
            }

            if (first.Filter.Chain.Prefix == "stp" && first.Filter.ChainPriority == 0)
            {
                found.Add(QuirkRegister.Of(Quirk.StpChainPriorityZero).Warn(first.Filter.Position,
                    $"chain '{chain.Key}' has priority 0, so root rules below 0 come before it", "write priority='-810'"));
            }

            WarnOfOpenEnd(chain.Key, chain);
        }

        foreach (var equal in chains.GroupBy(c => c.Last().Filter.ChainPriority).Where(g => g.Count() > 1))
        {
            found.Add(QuirkRegister.Of(Quirk.EqualChainPrioritiesUnordered).Warn(equal.Last().First().Filter.Position,
                $"chains {string.Join(" and ", equal.Select(c => $"'{c.Key}'"))} have the same priority {equal.Key}",
                "give them different priorities"));
        }
    }

    /// <summary>Quirk 29 bites where a chain can be left at its end while root still has something to say.</summary>
    private void WarnOfOpenEnd(string name, IEnumerable<TreeRule> chain)
    {
        foreach (RuleDirection direction in (RuleDirection[])[RuleDirection.Out, RuleDirection.In])
        {
            TreeRule[] mine = [.. chain.Where(r => Acts(r, direction))];
            bool closed = mine.Any(r => r.Rule.Action != RuleAction.Continue && TakesEverything(r));
            bool more = _rules.Any(r => r.IsRoot && Acts(r, direction) && mine.Length > 0 && r.Priority >= mine[^1].Filter.ChainPriority);
            if (mine.Length > 0 && !closed && more && meaning == Meaning.Libvirt)
            {
                found.Add(QuirkRegister.Of(Quirk.EndOfSubchainAccepts).Warn(mine[^1].Rule.Position,
                    $"frames {(direction == RuleDirection.Out ? "from" : "to")} the guest that no rule of chain '{name}' decides are accepted; later rules of root do not see them",
                    "end the chain with a rule that returns"));
                return;
            }
        }
    }

    /// <summary>No condition, or none but the one that let the frame into the chain.</summary>
    private static bool TakesEverything(TreeRule tree) => tree.Rule.Protocol is null
        || (tree.Rule.Attributes.All(m => m.Attribute.Role == AttributeRole.Comment)
            && tree.Rule.Protocol.Implied.All(c => Entries.TryGetValue(tree.Filter.Chain.Prefix, out FieldEquals? entry) && c.Equals(entry)));

    /// <summary>The copies of one XML rule: as written to the guest, and for inout turned around from it (section 2.2).</summary>
    private sealed record Copies(
        RuleAssembly Assembly, ImmutableArray<Draft> Implied, ImmutableArray<Draft> Conditions, Verdict Verdict, RuleDirection Written)
    {
        public TemplateRule Copy(RuleDirection direction) => Assembly.Build(
            [.. Implied, .. Written == RuleDirection.InOut && direction == RuleDirection.Out ? Conditions.Select(d => d.Swapped()) : Conditions],
            Verdict);
    }
}
