using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Drafts;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Tests.Filters;

/// <summary>
/// A million documents: <c>LAB_CASES=1000000 dotnet test engine/Tests -c Release --filter FilterReaderFuzz</c>; other ones
/// with LAB_SEED.
/// </summary>
public sealed class FilterReaderFuzzTests
{
    [Fact]
    public void No_spoilt_document_does_more_than_being_refused()
    {
        SpoiltDocuments documents = new(Setting("LAB_SEED", 11));
        int accepted = 0, cases = Setting("LAB_CASES", 4000);
        for (int i = 0; i < cases; i++)
        {
            string text = documents.Next();
            try
            {
                accepted += Survives(text) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"document {i}:\n{text}", e);
            }
        }

        accepted.Should().BeInRange(cases / 50, cases / 2, "spoilt documents that are still filters are the interesting ones");
    }

    /// <returns>Whether it still is a filter.</returns>
    private static bool Survives(string text)
    {
        _ = InterfaceReader.Read("f.xml", text);
        _ = FilterBindingReader.Read("f.xml", text);
        _ = DraftImporter.Import("f.xml", text, "f");
        ReadResult read = FilterReader.Read("f.xml", text);
        ReadResult strict = FilterReader.Read("f.xml", text, strict: true);
        strict.Diagnostics.Length.Should().Be(read.Diagnostics.Length);
        (read.Filter is null).Should().Be(read.Diagnostics.Any(d => d.Severity == Severity.Error));
        if (read.Filter is null)
        {
            return false;
        }

        string written = FilterWriter.Write(read.Filter);
        FilterDefinition again = FilterReader.Read("f.xml", written).Filter!;
        FilterModels.Content(again).Should().Equal(FilterModels.Content(read.Filter with { ChainGiven = true }));
        FilterWriter.Write(again).Should().Be(written);
        return true;
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : otherwise;
}
