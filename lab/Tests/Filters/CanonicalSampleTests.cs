using System.Text.RegularExpressions;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Libvirt;
using Lab.Tests.Libvirt;
using Xunit.Abstractions;

namespace Lab.Tests.Filters;

/// <summary>Our text of a filter is libvirt's, whatever the document looked like: LAB_CASES=20000 for more.</summary>
public sealed partial class CanonicalSampleTests(ITestOutputHelper output)
{
    /// <summary>Where libvirt's text is not the filter that it read; <see cref="LibvirtBending"/> has what it does on purpose.</summary>
    private static readonly (string Reason, Regex Document)[] Excuses =
    [
        ("a zone is printed, although it has no effect", Zone()),
        ("tabs and line feeds are printed as they are, so that reading turns them into blanks", Blanks()),
        ("a dscp in a later element overwrites a part of the comment's address", CommentBeforeDscp()),
        ("a priority of 0 is not printed, so that reading gives the chain's own", ZeroPriority()),
        ("a name is not escaped", EscapedName()),
        ("dstipto of an IPv6 element is read as IPv4 (quirk 22)", MappedRangeEnd()),
    ];

    [LibvirtFact]
    public void Every_accepted_document_is_printed_as_libvirt_prints_it()
    {
        int cases = int.TryParse(Environment.GetEnvironmentVariable("LAB_CASES"), out int given) ? given : 1500;
        List<string> surprises = [];
        int compared = 0, excused = 0;
        using PrivateLibvirtd libvirt = PrivateLibvirtd.Start();
        foreach (string[] batch in FilterDocuments.Sample(cases, seed: 3).Chunk(500))
        {
            foreach ((string document, FilterDefinition filter, string dump) in Dumped(libvirt, batch))
            {
                Guid? uuid = FilterReader.Read("dump.xml", dump).Filter?.Uuid;
                string text = FilterWriter.Write(LibvirtBending.Bend(filter) with { Uuid = uuid }).TrimEnd();
                bool equal = text == dump.TrimEnd(), excuse = Excuses.Any(e => e.Document.IsMatch(document));
                compared++;
                excused += !equal && excuse ? 1 : 0;
                if (!equal && !excuse)
                {
                    surprises.Add($"{document}\n--- ours:\n{text}\n--- libvirt:\n{dump}");
                }
            }
        }

        output.WriteLine($"{compared} filters compared, {excused} of them differ for a known reason");
        compared.Should().BeGreaterThan(cases / 4);
        surprises.Take(5).Should().BeEmpty();
    }

    private static IEnumerable<(string Document, FilterDefinition Filter, string Dump)> Dumped(PrivateLibvirtd libvirt, string[] documents)
    {
        (string Document, FilterDefinition? Filter)[] accepted = [.. documents.Zip(libvirt.Define(documents))
            .Where(pair => pair.Second.Succeeded).Select(pair => (pair.First, FilterReader.Read("case.xml", pair.First).Filter))
            .Where(pair => pair.Filter is not null)];
        return accepted.Zip(libvirt.Dump(accepted.Select(pair => pair.Filter!.Name)), (pair, dump) => (pair.Document, pair.Filter!, dump.Output));
    }

    [GeneratedRegex("%[0-9a-z]")]
    private static partial Regex Zone();

    [GeneratedRegex("comment='[^']*&#(9|10);")]
    private static partial Regex Blanks();

    [GeneratedRegex("comment='[^>]*>.*dscp='")]
    private static partial Regex CommentBeforeDscp();

    [GeneratedRegex("chain='(?!root)[^']+' priority=' ?[-+]?0+'")]
    private static partial Regex ZeroPriority();

    [GeneratedRegex("dstipto='::ffff:")]
    private static partial Regex MappedRangeEnd();

    [GeneratedRegex("(name|filter)='[^']*&")]
    private static partial Regex EscapedName();
}
