using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters.Drafts;

/// <summary>
/// Translates the XML of the 2010 proposal, which followed the DMTF's CIM classes: <c>FilterEntry</c> elements become
/// rules, <c>firewall</c> with its <c>reference</c> elements becomes a filter of references.
/// </summary>
/// <remarks>
/// The draft named no root element for several entries, so any is taken. It left empty elements in place, which say
/// nothing. <c>THIS_MAC</c> and <c>THIS_IP</c> are the variables MAC and IP. Entries are matched one after the other, as
/// rules of equal priority in one chain are.
/// </remarks>
public static class DraftImporter
{
    /// <param name="name">What the filter is called; the draft had no names inside its documents.</param>
    public static ReadResult Import(string file, string text, string name)
    {
        Findings findings = new();
        DocumentElement? root = DocumentReader.Read(file, text, null, findings);
        ImmutableArray<FilterEntry> entries = root is null ? [] : root.Name switch
        {
            "FilterEntry" => [new DraftEntry(root, findings).Translate()],
            "firewall" => References(root, findings),
            "interface" => OfInterface(root, findings),
            _ => Several(root, findings),
        };
        FilterDefinition filter = new(name, null, ChainName.Root, ChainGiven: true, 0, entries, root?.Position ?? new(file, 0, 0));
        return new(findings.HasErrors ? null : filter, findings.ToImmutable());
    }

    private static ImmutableArray<FilterEntry> Several(DocumentElement root, Findings findings)
    {
        ElementReader reader = new(root, findings);
        DocumentElement[] entries = [.. reader.Children("FilterEntry")];
        if (entries.Length == 0)
        {
            findings.Add(DiagnosticTable.WrongRoot, root.Position, $"<{root.Name}> holds no <FilterEntry>");
        }

        RefuseOthers(root, ["FilterEntry"], findings);
        return [.. entries.Select(entry => new DraftEntry(entry, findings).Translate())];
    }

    /// <summary>Of an interface only the firewall is the filter's matter.</summary>
    private static ImmutableArray<FilterEntry> OfInterface(DocumentElement root, Findings findings)
    {
        if (root.Children.FirstOrDefault(child => child.Name == "firewall") is { } firewall)
        {
            return References(firewall, findings);
        }

        findings.Add(DiagnosticTable.MissingElement, root.Position, "the interface has no <firewall>");
        return [];
    }

    private static ImmutableArray<FilterEntry> References(DocumentElement firewall, Findings findings)
    {
        RefuseOthers(firewall, ["reference"], findings);
        return [.. firewall.Children.Where(child => child.Name == "reference").Select(child => Reference(new(child, findings)))];
    }

    private static ReferenceEntry Reference(ElementReader reference)
    {
        string profile = reference.Required("profile")?.Value ?? "";
        ParameterSet parameters = ParameterSet.Empty;
        if (reference.Optional("ip_address") is { Value.Length: > 0 } address)
        {
            if (!address.Value.All(VariableSyntax.IsValueCharacter))
            {
                reference.Findings.Add(DiagnosticTable.NoEquivalent, address.Position, $"'{address.Value}' cannot be a parameter's value");
            }

            parameters = parameters.Append("IP", new(address.Value, address.Position));
        }

        foreach (DocumentAttribute other in reference.Element.Attributes.Where(a => a.Name is not ("profile" or "ip_address")))
        {
            reference.Findings.Add(DiagnosticTable.NoEquivalent, other.Position, $"a reference has no '{other.Name}'");
        }

        return new(profile, parameters, reference.Position);
    }

    /// <summary>What is not understood is refused, for a rule that says less would let more pass.</summary>
    internal static void RefuseOthers(DocumentElement element, ReadOnlySpan<string> known, Findings findings)
    {
        foreach (DocumentElement child in element.Children)
        {
            if (!known.Contains(child.Name))
            {
                findings.Add(DiagnosticTable.NoEquivalent, child.Position, $"<{element.Name}> has no element <{child.Name}>",
                    Spelling.Suggest(child.Name, known.ToArray()));
            }
        }
    }
}
