using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>
/// Reads a filter document (nwfilter.md section 1). It takes what libvirt 9 takes; what libvirt ignores or bends in
/// silence is a warning, and an error when strict. It never gives up at the first mistake and throws for no input.
/// </summary>
public static class FilterReader
{
    /// <param name="file">What positions call the document.</param>
    /// <param name="strict">Turns warnings about what libvirt ignores into errors.</param>
    public static ReadResult Read(string file, string text, bool strict = false)
    {
        Findings findings = new(strict);
        DocumentElement? root = DocumentReader.Read(file, text, "filter", findings);
        FilterDefinition? filter = root is null ? null : ReadFilter(new(root, findings));
        return new(findings.HasErrors ? null : filter, findings.ToImmutable());
    }

    private static FilterDefinition ReadFilter(ElementReader filter)
    {
        string name = ReadName(filter);
        (ChainName chain, bool chainGiven, int priority) = ReadChain(filter);
        Guid? uuid = ReadUuid(filter);
        ImmutableArray<FilterEntry>.Builder entries = ImmutableArray.CreateBuilder<FilterEntry>();
        RuleReader rules = new(filter.Findings);
        _ = filter.Children("rule");
        _ = filter.Children("filterref");
        foreach (DocumentElement child in filter.Element.Children)
        {
            if (child.Name == "rule")
            {
                entries.Add(rules.Read(child));
            }
            else if (child.Name == "filterref")
            {
                ReferenceEntry reference = ReferenceReader.Read(child, filter.Findings);
                RefuseSelf(name, reference, filter.Findings);
                entries.Add(reference);
            }
        }

        filter.ReportTheRest();
        return new(name, uuid, chain, chainGiven, priority, entries.DrainToImmutable(), filter.Position);
    }

    /// <summary>Longer loops need the other filters, and are found where a definition is stored.</summary>
    private static void RefuseSelf(string name, ReferenceEntry reference, Findings findings)
    {
        if (reference.Filter == name && name.Length > 0)
        {
            findings.Add(DiagnosticTable.SelfReference, reference.Position, $"the filter '{name}' refers to itself");
        }
    }

    private static string ReadName(ElementReader filter)
    {
        DocumentAttribute? name = filter.Optional("name");
        if (name is null or { Value: "" })
        {
            filter.Findings.Add(DiagnosticTable.FilterWithoutName, name?.Position ?? filter.Position, "the filter has no name");
            return "";
        }

        if (FilterName.WhyUnsafe(name.Value) is { } unsafeBecause)
        {
            filter.Findings.Add(DiagnosticTable.UnsafeFilterName, name.Position, unsafeBecause);
        }
        else if (!FilterName.IsUsual(name.Value))
        {
            filter.Findings.Add(DiagnosticTable.UnusualFilterName, name.Position, $"libvirt's schema refuses the name '{name.Value}'");
        }

        return name.Value;
    }

    private static (ChainName Chain, bool Given, int Priority) ReadChain(ElementReader filter)
    {
        DocumentAttribute? chain = NotEmpty(filter.Optional("chain"));
        DocumentAttribute? priority = NotEmpty(filter.Optional("priority"));
        int? number = priority is null ? null : ReadChainPriority(priority, filter.Findings);
        if (chain is null)
        {
            if (priority is not null)
            {
                filter.Findings.Add(DiagnosticTable.ChainPriorityIgnored, priority.Position,
                    "the priority is ignored, because the filter names no chain");
            }

            return (ChainName.Root, false, ChainName.Root.DefaultPriority);
        }

        if (!ChainName.TryParse(chain.Value, out ChainName name))
        {
            ReportChain(chain, filter.Findings);
        }

        return (name, true, number ?? name.DefaultPriority);

        static DocumentAttribute? NotEmpty(DocumentAttribute? attribute) => attribute is { Value: "" } ? null : attribute;
    }

    private static int? ReadChainPriority(DocumentAttribute priority, Findings findings)
    {
        if (RulePriority.TryRead(priority.Value, out int number))
        {
            return number;
        }

        findings.Add(DiagnosticTable.ChainPriority, priority.Position, $"'{priority.Value}' is not a chain priority");
        return null;
    }

    private static void ReportChain(DocumentAttribute chain, Findings findings)
    {
        if (chain.Value.Length > ChainName.MaximumLength)
        {
            findings.Add(DiagnosticTable.ChainNameTooLong, chain.Position,
                $"the chain name '{chain.Value}' has {chain.Value.Length} characters, and {ChainName.MaximumLength} are allowed");
        }
        else if (!chain.Value.All(ChainName.IsLegal))
        {
            findings.Add(DiagnosticTable.ChainNameCharacters, chain.Position,
                $"the chain name '{chain.Value}' has a character that is not allowed");
        }
        else
        {
            findings.Add(DiagnosticTable.ChainNamePrefix, chain.Position,
                $"the chain name '{chain.Value}' does not say which frames enter the chain");
        }
    }

    private static Guid? ReadUuid(ElementReader filter)
    {
        DocumentElement? element = filter.Child("uuid");
        if (element is null)
        {
            return null;
        }

        ElementReader uuid = new(element, filter.Findings);
        string text = uuid.Text();
        uuid.ReportTheRest();
        if (text.Length == 0)
        {
            return null;
        }

        if (UuidSyntax.TryParse(text, out Guid value))
        {
            return value;
        }

        filter.Findings.Add(DiagnosticTable.MalformedUuid, element.Position, $"'{text.Trim()}' is not a UUID");
        return null;
    }
}
