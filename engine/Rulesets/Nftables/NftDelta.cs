using Lab.Engine.Diagnostics;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>A change of our bridge table, gathered and then written as one transaction.</summary>
/// <remarks>
/// Within a transaction things happen in the order of the text: classes are made, elements deleted, elements added, and
/// only then do the chains and sets go that nothing names any more.
/// </remarks>
internal sealed class NftDelta
{
    private readonly Dictionary<string, HashSet<string>> _deleted = [];
    private readonly Dictionary<string, HashSet<string>> _added = [];
    private readonly List<PortClass> _made = [];
    private readonly List<PortClass> _retired = [];

    /// <summary>A rule wants the set of equal octets, of which only a whole ruleset knows whether it is there.</summary>
    public bool MakesOctets => _made.Any(c => c.Shape.Chains.Any(chain => chain.Groups.Any(rule => rule.Conditions.Any(condition => condition is Programs.GratuitousArp))));

    public void Make(PortClass made) => _made.Add(made);

    public void Retire(PortClass retired) => _retired.Add(retired);

    public void Add(IEnumerable<(string Set, NftElement Element)> elements) => Gather(_added, _deleted, elements);

    public void Delete(IEnumerable<(string Set, NftElement Element)> elements) => Gather(_deleted, _added, elements);

    public Lowered<NftText> Finish()
    {
        List<Diagnostic> refusals = [];
        PortClass[] lasting = [.. _made.Except(_retired)], leaving = [.. _retired.Except(_made)];
        HashSet<string> fleeting = [.. _made.Intersect(_retired).Concat(leaving).SelectMany(c => c.Sets(withElements: false)).Select(set => set.Name)];
        NftText.Writer writer = new();
        writer.Table(new(
            NftFamily.Bridge, BridgeRuleset.TableName,
            [.. lasting.SelectMany(c => c.Sets(withElements: true))],
            [.. lasting.SelectMany(c => c.Chains(refusals))]));
        HashSet<string> filled = [.. lasting.SelectMany(c => c.Sets(withElements: false)).Select(set => set.Name)];
        Elements(writer, "delete", _deleted, set => !fleeting.Contains(set) && !filled.Contains(set));
        Elements(writer, "add", _added, set => !fleeting.Contains(set) && !filled.Contains(set));
        foreach (PortClass gone in leaving)
        {
            Remove(writer, gone);
        }

        return new(refusals.Count > 0 ? null : new(writer.Text.ToString(), [.. writer.Origins]), [.. refusals]);
    }

    /// <summary>Adding and deleting the same element cancel each other out.</summary>
    private static void Gather(
        Dictionary<string, HashSet<string>> into, Dictionary<string, HashSet<string>> opposite, IEnumerable<(string Set, NftElement Element)> elements)
    {
        foreach ((string set, NftElement element) in elements)
        {
            string text = NftText.Element(element);
            if (opposite.TryGetValue(set, out HashSet<string>? other) && other.Remove(text))
            {
                continue;
            }

            if (!into.TryGetValue(set, out HashSet<string>? list))
            {
                into[set] = list = [];
            }

            list.Add(text);
        }
    }

    private static void Elements(
        NftText.Writer writer, string verb, Dictionary<string, HashSet<string>> sets, Func<string, bool> wanted)
    {
        foreach ((string set, HashSet<string> elements) in sets.Where(set => set.Value.Count > 0 && wanted(set.Key)))
        {
            writer.Line($"{verb} element bridge {BridgeRuleset.TableName} {set} {{ {string.Join(", ", elements)} }}");
        }
    }

    private static void Remove(NftText.Writer writer, PortClass gone)
    {
        string[] chains = [.. gone.ChainNames];
        foreach (string chain in chains)
        {
            writer.Line($"flush chain bridge {BridgeRuleset.TableName} {chain}");
        }

        foreach (string chain in chains)
        {
            writer.Line($"delete chain bridge {BridgeRuleset.TableName} {chain}");
        }

        foreach (NftSet set in gone.Sets(withElements: false))
        {
            writer.Line($"delete set bridge {BridgeRuleset.TableName} {set.Name}");
        }
    }
}
