using Lab.Engine.Filters;
using Lab.Libvirt;
using Lab.Tests.Libvirt;
using Xunit.Abstractions;

namespace Lab.Tests.Filters;

/// <summary>
/// Our verdict on a document is that of libvirt's define. The full comparison is
/// <c>LAB_CASES=60000 dotnet test lab/Tests --filter Acceptance</c>; another seed with LAB_SEED.
/// </summary>
public sealed class AcceptanceTests(ITestOutputHelper output)
{
    private const int SampleSize = 1500;

    [LibvirtFact]
    public void Every_document_is_accepted_here_exactly_if_libvirt_defines_it()
    {
        int seed = Setting("LAB_SEED", 7);
        int cases = Setting("LAB_CASES", 0);
        string[] documents = [.. cases > 0 ? FilterDocuments.Make(cases, seed) : FilterDocuments.Sample(SampleSize, seed)];

        List<string> surprises = [];
        Dictionary<string, int> known = [];
        int accepted = 0;
        using PrivateLibvirtd libvirt = PrivateLibvirtd.Start();
        foreach (string[] batch in documents.Chunk(500))
        {
            foreach ((string document, VirshAnswer answer) in batch.Zip(libvirt.Define(batch)))
            {
                ReadResult ours = FilterReader.Read("case.xml", document);
                accepted += answer.Succeeded ? 1 : 0;
                if (ours.Filter is not null == answer.Succeeded)
                {
                    continue;
                }

                if (AcceptanceDifferences.Explain(document, ours) is { } reason)
                {
                    known[reason] = known.GetValueOrDefault(reason) + 1;
                }
                else
                {
                    surprises.Add($"{document}\n  libvirt: {answer.Refusal ?? "accepted"}\n  ours: {string.Join("; ", ours.Diagnostics)}");
                }
            }
        }

        output.WriteLine($"{documents.Length} documents, seed {seed}: libvirt accepted {accepted} and refused {documents.Length - accepted}; "
            + $"{surprises.Count} unexplained differences; explained: {string.Join(", ", known.Select(k => $"{k.Key} {k.Value}"))}");
        surprises.Take(10).Should().BeEmpty();
        accepted.Should().BeInRange(documents.Length / 5, documents.Length * 4 / 5, "both verdicts need their share of cases");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;
}
