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
    public string Text => string.Concat(Lines.Select(line => $"{line.Text}\n"));

    /// <summary>Takes away what is held and puts the rules of these ports; what stays is not touched in between.</summary>
    /// <returns>Null when there is nothing to do for the tool.</returns>
    public static RestoreScript? Replace(TablesTool tool, HeldTables held, IReadOnlyCollection<PortTables> after)
    {
        HeldTables wanted = HeldTables.Of(tool, after);
        if (held.Chains.IsEmpty && held.Hooks.IsEmpty && wanted.Chains.IsEmpty)
        {
            return null;
        }

        TablesChain[] made = [.. after.SelectMany(port => port.Chains).Where(chain => chain.Tool == tool)];
        string[] dead = [.. held.Chains.Except(wanted.Chains).Order(StringComparer.Ordinal)];
        return new(tool,
        [
            new(HeldTables.TableLine(tool)),
            .. SharedChains.Jumps.Where(jump => wanted.Chains.Contains(jump.Name) && !held.Chains.Contains(jump.Name))
                .Select(jump => new RestoreLine($":{jump.Name} - [0:0]")),
            .. made.Select(Declaration),
            .. Surplus(held.Hooks, wanted.Hooks).Select(hook => new RestoreLine($"-D {hook}")),
            .. dead.Select(chain => new RestoreLine($"-F {TablesText.Quote(chain)}")),
            .. made.SelectMany(Rules),
            .. wanted.Hooks.Except(held.Hooks).Select(Insertion),
            .. dead.Select(chain => new RestoreLine($"-X {TablesText.Quote(chain)}")),
            new("COMMIT"),
        ]);
    }

    /// <summary>Hooks that nobody wants, and all but one of those that are wanted and there more than once.</summary>
    private static IEnumerable<string> Surplus(IEnumerable<string> held, IEnumerable<string> wanted)
    {
        HashSet<string> spared = [.. wanted];
        return held.Where(hook => !spared.Remove(hook)).ToArray();
    }

    /// <summary>The jumps to the shared chains go to the top, in their order; a port's hook goes to the end.</summary>
    private static RestoreLine Insertion(string hook)
    {
        foreach ((string Name, string From, int Position) jump in SharedChains.Jumps)
        {
            if (hook == SharedChains.Hook(jump))
            {
                return new($"-I {jump.From} {jump.Position} -j {jump.Name}");
            }
        }

        return new($"-A {hook}");
    }

    /// <summary>Makes the chain, or empties it when it is there (--noflush spares only chains that are not named).</summary>
    private static RestoreLine Declaration(TablesChain chain) => new(chain.Tool == TablesTool.Ebtables
        ? $":{TablesText.Quote(chain.Name)} {(chain.AcceptsAtEnd ? "ACCEPT" : "RETURN")}"
        : $":{TablesText.Quote(chain.Name)} - [0:0]");

    private static IEnumerable<RestoreLine> Rules(TablesChain chain) => chain.Rules.Select(rule =>
        new RestoreLine($"-A {TablesText.Quote(chain.Name)} {TablesText.Line(rule.Words)}".TrimEnd(), rule.Origin));
}
