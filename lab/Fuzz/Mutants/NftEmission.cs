using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Nftables;

namespace Lab.Fuzz.Mutants;

/// <summary>An nft ruleset, of the bridge or of the netdev lowering.</summary>
internal sealed partial class NftEmission(NftRuleset ruleset, ImmutableArray<NftFamily> families) : IEmission
{
    private static readonly NftRule Marker = new(
    [
        new NftCompare(new NftPayload(NftBase.Link, 96, 16, NftType.EtherType, "ether type"), new NftNumber((ushort)EtherType.Experimental1)), NftVerdict.Accept,
    ], null);

    public string Text => NftText.Of(new(families, ruleset)).Text;

    /// <returns>Null where the lowering refuses a policy.</returns>
    public static NftEmission? OfBridge(ImmutableArray<PortPolicy> policies) => BridgeRuleset.Of(policies).Value is { } lowered
        ? new(lowered.ToRuleset(), BridgeRuleset.Families) : null;

    /// <inheritdoc cref="OfBridge"/>
    public static NftEmission? OfDevices(ImmutableArray<PortPolicy> policies) => DeviceRuleset.Lower(policies).Value is { } lowered
        ? new(lowered, [NftFamily.Netdev]) : null;

    /// <remarks>Markers pass in front of every rule.</remarks>
    public ImmutableArray<KernelCommand> After(IEmission? loaded) => [new(new NftChange(families, new(
    [
        .. ruleset.Tables.Select(table => table.Family is NftFamily.Ip or NftFamily.Ip6 ? table : table with
        {
            Chains = [.. table.Chains.Select(chain => chain.Hook is null ? chain : chain with { Rules = chain.Rules.Insert(0, Marker) })],
        }),
    ])))];

    public IEnumerable<Mutant> Mutants() =>
        from t in Enumerable.Range(0, ruleset.Tables.Length)
        from mutant in OfSets(t).Concat(OfChains(t))
        select mutant;

    private IEnumerable<Mutant> OfSets(int t)
    {
        NftTable table = ruleset.Tables[t];
        return
            from s in Enumerable.Range(0, table.Sets.Length)
            let set = table.Sets[s]
            from fault in NftFaults.Of(set)
            select Made($"{Stage(set.Name)}: {NftFaults.Name(set)}", fault.Fault, t, table with { Sets = table.Sets.SetItem(s, fault.Instead) }, null);
    }

    private IEnumerable<Mutant> OfChains(int t)
    {
        NftTable table = ruleset.Tables[t];
        return
            from c in Enumerable.Range(0, table.Chains.Length)
            let chain = table.Chains[c]
            from broken in OfChain(table, chain)
            select Made($"{Stage(table, chain)}: {broken.What}", broken.Fault, t,
                table with { Chains = table.Chains.SetItem(c, chain with { Rules = broken.Rules }) }, broken.Equivalent);
    }

    private IEnumerable<(string What, string Fault, ImmutableArray<NftRule> Rules, string? Equivalent)> OfChain(NftTable table, NftChain chain)
    {
        NftSurroundings around = new(ruleset, table, chain);
        for (int r = 0; r < chain.Rules.Length; r++)
        {
            NftRule rule = chain.Rules[r];
            string kind = NftFaults.Name(rule);
            yield return ($"rule that {kind}", "left out", chain.Rules.RemoveAt(r), around.WhyRuleMayGo(r));
            if (r + 1 < chain.Rules.Length)
            {
                yield return ($"rule that {kind} before one that {NftFaults.Name(chain.Rules[r + 1])}", "after it",
                    chain.Rules.SetItem(r, chain.Rules[r + 1]).SetItem(r + 1, rule), around.WhyRulesMaySwap(r));
            }

            for (int s = 0; s < rule.Statements.Length; s++)
            {
                foreach ((string fault, NftStatement? instead) in NftFaults.Of(rule.Statements[s]))
                {
                    NftRule broken = rule with { Statements = instead is null ? rule.Statements.RemoveAt(s) : rule.Statements.SetItem(s, instead) };
                    yield return (NftFaults.Name(rule.Statements[s]), fault, chain.Rules.SetItem(r, broken), around.WhyStatementMayBe(r, s, instead));
                }
            }
        }
    }

    private Mutant Made(string translation, string fault, int t, NftTable broken, string? equivalent) =>
        new(translation, fault, new NftEmission(new(ruleset.Tables.SetItem(t, broken)), families), equivalent);

    private static string Stage(NftTable table, NftChain chain) =>
        table.Family is NftFamily.Ip or NftFamily.Ip6 ? $"{table.Family.ToString().ToLowerInvariant()} {chain.Name}" : Stage(chain.Name);

    /// <summary>A name of a class's chain or set without the number of the class and the name of the chain in the filter.</summary>
    private static string Stage(string name) => ClassName().Match(name) is { Success: true } match ? match.Groups["stage"].Value : name;

    [GeneratedRegex(@"^c[0-9a-f]+-(?<stage>(mac-)?(ip[46]-)?(from|to)|k)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ClassName();
}
