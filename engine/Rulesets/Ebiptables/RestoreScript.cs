using System.Collections.Immutable;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Ebiptables;

/// <param name="Origin">The XML rule that a refusal of this line is about; null for a line of the layout itself.</param>
public sealed record RestoreLine(string Text, Origin? Origin = null);

/// <summary>Input for one run of <c>ebtables-restore --noflush</c>, <c>iptables-restore --noflush</c> or its IPv6 twin.</summary>
/// <remarks>
/// A run is one transaction of the kernel (the nf_tables variants), so a frame meets the rules before it or after it.
/// The three tools are three transactions: between them a port's layer-2 rules may be newer than its IP rules.
/// </remarks>
public sealed record RestoreScript(TablesTool Tool, ImmutableArray<RestoreLine> Lines)
{
    /// <summary>Of the tool that takes the script.</summary>
    public string Command => Tool switch
    {
        TablesTool.Ebtables => "ebtables-restore",
        TablesTool.Iptables => "iptables-restore",
        _ => "ip6tables-restore",
    };

    public string Text => string.Concat(Lines.Select(line => $"{line.Text}\n"));

    /// <summary>Takes away the rules of <paramref name="before"/> and puts those of <paramref name="after"/>.</summary>
    /// <param name="present">The tools whose shared chains are in the kernel already; the others get them here.</param>
    /// <returns>One script for each tool that has something to do, in the order in which they should run.</returns>
    public static ImmutableArray<RestoreScript> Replace(
        IReadOnlyCollection<PortTables> before, IReadOnlyCollection<PortTables> after, IReadOnlySet<TablesTool> present) =>
    [
        .. Enum.GetValues<TablesTool>().Select(tool => For(tool, before, after, present.Contains(tool))).OfType<RestoreScript>(),
    ];

    private static RestoreScript? For(
        TablesTool tool, IReadOnlyCollection<PortTables> before, IReadOnlyCollection<PortTables> after, bool present)
    {
        TablesChain[] made = [.. after.SelectMany(port => port.Chains).Where(chain => chain.Tool == tool)];
        HashSet<string> names = [.. made.Select(chain => chain.Name)];
        string[] dead =
        [
            .. before.SelectMany(port => port.Chains)
                .Where(chain => chain.Tool == tool && !names.Contains(chain.Name)).Select(chain => chain.Name),
        ];
        string[] newHooks = [.. Hooks(tool, after)], oldHooks = [.. Hooks(tool, before)];
        if (made.Length == 0 && dead.Length == 0)
        {
            return null;
        }

        return new(tool,
        [
            new(tool == TablesTool.Ebtables ? "*nat" : "*filter"),
            .. tool == TablesTool.Ebtables || present ? [] : SharedLayout(),
            .. made.Select(Declaration),
            .. oldHooks.Except(newHooks).Select(hook => new RestoreLine($"-D {hook}")),
            .. dead.Select(chain => new RestoreLine($"-F {TablesText.Quote(chain)}")),
            .. made.SelectMany(Rules),
            .. newHooks.Except(oldHooks).Select(hook => new RestoreLine($"-A {hook}")),
            .. dead.Select(chain => new RestoreLine($"-X {TablesText.Quote(chain)}")),
            new("COMMIT"),
        ]);
    }

    private static IEnumerable<string> Hooks(TablesTool tool, IEnumerable<PortTables> ports) =>
        ports.SelectMany(port => port.Hooks).Where(hook => hook.Tool == tool)
            .Select(hook => $"{hook.Chain} {Line(hook.Words)}");

    private static IEnumerable<RestoreLine> SharedLayout() =>
    [
        .. SharedChains.Jumps.Select(jump => new RestoreLine($":{jump.Name} - [0:0]")),
        .. SharedChains.Jumps.Select(jump => new RestoreLine($"-I {jump.From} {jump.Position} -j {jump.Name}")),
    ];

    /// <summary>Makes the chain, or empties it when it is there (--noflush spares only chains that are not named).</summary>
    private static RestoreLine Declaration(TablesChain chain) => new(chain.Tool == TablesTool.Ebtables
        ? $":{TablesText.Quote(chain.Name)} {(chain.AcceptsAtEnd ? "ACCEPT" : "RETURN")}"
        : $":{TablesText.Quote(chain.Name)} - [0:0]");

    private static IEnumerable<RestoreLine> Rules(TablesChain chain) => chain.Rules.Select(rule =>
        new RestoreLine($"-A {TablesText.Quote(chain.Name)} {Line(rule.Words)}".TrimEnd(), rule.Origin));

    private static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(TablesText.Quote));
}
