using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Ebiptables;
using Lab.Kernel;

namespace Lab.Fuzz.Mutants;

/// <summary>Rules of ebtables, iptables and ip6tables.</summary>
internal sealed class TablesEmission(ImmutableArray<PortTables> ports) : IEmission
{
    private static readonly ImmutableArray<(TablesTool Tool, KernelTool Restorer)> Tools =
    [
        (TablesTool.Ebtables, KernelTool.EbtablesRestore), (TablesTool.Iptables, KernelTool.IptablesRestore),
        (TablesTool.Ip6tables, KernelTool.Ip6tablesRestore),
    ];

    private static readonly HeldTables Nothing = new([], []);

    public string Text => string.Concat(Tools.Select(tool => Script(tool.Tool, Nothing)?.Text));

    /// <returns>Null where the lowering refuses a policy.</returns>
    public static TablesEmission? Of(ImmutableArray<PortPolicy> policies)
    {
        Lowered<PortTables>[] lowered = [.. policies.Select(EbiptablesLowering.Lower)];
        return lowered.Any(port => port.Value is null) ? null : new([.. lowered.Select(port => port.Value!)]);
    }

    /// <remarks>Only tools whose rules differ are run.</remarks>
    public ImmutableArray<KernelCommand> After(IEmission? loaded)
    {
        TablesEmission? before = (TablesEmission?)loaded;
        return
        [
            .. from tool in Tools
               where before is null || before.Script(tool.Tool, Nothing)?.Text != Script(tool.Tool, Nothing)?.Text
               let script = Script(tool.Tool, before is null ? Nothing : HeldTables.Of(tool.Tool, before.Ports))
               where script is not null
               select new KernelCommand(tool.Restorer, script.Text, []),
            .. before is null ? MarkerFrame.LetThrough("ebiptables", []) : [],
        ];
    }

    private ImmutableArray<PortTables> Ports => ports;

    public IEnumerable<Mutant> Mutants() =>
        from p in Enumerable.Range(0, ports.Length)
        from mutant in OfHooks(p).Concat(OfChains(p))
        select mutant;

    private RestoreScript? Script(TablesTool tool, HeldTables held) => RestoreScript.Replace(tool, held, ports);

    private IEnumerable<Mutant> OfHooks(int p) =>
        from h in Enumerable.Range(0, ports[p].Hooks.Length)
        let hook = ports[p].Hooks[h]
        let stage = $"{hook.Tool.ToString().ToLowerInvariant()} {hook.Chain}"
        from broken in OfRule(hook.Words)
        select Made($"{stage}: {broken.What}", broken.Fault, p, ports[p] with
        {
            Hooks = broken.Words is { } words ? ports[p].Hooks.SetItem(h, hook with { Words = words }) : ports[p].Hooks.RemoveAt(h),
        }, TablesSurroundings.WhyHookMayBe(hook, broken.Words));

    private IEnumerable<Mutant> OfChains(int p) =>
        from c in Enumerable.Range(0, ports[p].Chains.Length)
        let chain = ports[p].Chains[c]
        let around = new TablesSurroundings(chain, ports.Length == 1)
        from broken in OfChain(chain, around)
        select Made($"{Stage(chain)}: {broken.What}", broken.Fault, p, ports[p] with { Chains = ports[p].Chains.SetItem(c, broken.Chain) }, broken.Equivalent);

    private static IEnumerable<(string What, string Fault, TablesChain Chain, string? Equivalent)> OfChain(TablesChain chain, TablesSurroundings around)
    {
        if (chain.Tool == TablesTool.Ebtables)
        {
            yield return ("end of the chain", "the other policy", chain with { AcceptsAtEnd = !chain.AcceptsAtEnd }, around.WhyPolicyMayChange());
        }

        for (int r = 0; r < chain.Rules.Length; r++)
        {
            TablesRule rule = chain.Rules[r];
            string kind = TablesFaults.TargetOf(rule.Words);
            if (r + 1 < chain.Rules.Length)
            {
                yield return ($"rule that {kind} before one that {TablesFaults.TargetOf(chain.Rules[r + 1].Words)}", "after it",
                    chain with { Rules = chain.Rules.SetItem(r, chain.Rules[r + 1]).SetItem(r + 1, rule) }, around.WhyRulesMaySwap(r));
            }

            foreach ((string what, string fault, ImmutableArray<string>? words) in OfRule(rule.Words))
            {
                ImmutableArray<TablesRule> rules = words is { } changed ? chain.Rules.SetItem(r, rule with { Words = changed }) : chain.Rules.RemoveAt(r);
                yield return (what, fault, chain with { Rules = rules }, around.WhyRuleMayBe(r, words));
            }
        }
    }

    /// <summary>Faults of one rule; without words it is missing.</summary>
    private static IEnumerable<(string What, string Fault, ImmutableArray<string>? Words)> OfRule(ImmutableArray<string> words) =>
    [
        ($"rule that {TablesFaults.TargetOf(words)}", "left out", null),
        .. TablesFaults.Of(words).Select(broken => (broken.What, broken.Fault, (ImmutableArray<string>?)broken.Words)),
    ];

    private Mutant Made(string translation, string fault, int p, PortTables broken, string? equivalent) =>
        new(translation, fault, new TablesEmission(ports.SetItem(p, broken)), equivalent);

    /// <summary>Tool and kind of chain: <c>libvirt-I-tap0</c> and <c>I-tap0-arp</c> hold what the guest sends.</summary>
    private static string Stage(TablesChain chain)
    {
        string[] parts = chain.Name.Split('-');
        return $"{chain.Tool.ToString().ToLowerInvariant()} {(parts[0] == "libvirt" ? parts[1] : parts[0])}";
    }
}
