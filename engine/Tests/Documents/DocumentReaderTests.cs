using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Engine.Tests.Documents;

public sealed class DocumentReaderTests
{
    private readonly Findings _findings = new();

    [Fact]
    public void Elements_and_attributes_know_their_lines_and_columns_from_one()
    {
        DocumentElement root = Read("<a>\n  <b x='1'\n     y='2'/>\n</a>")!;

        root.Position.Should().Be(new SourcePosition("f.xml", 1, 2));
        root.Children[0].Position.Should().Be(new SourcePosition("f.xml", 2, 4));
        root.Children[0].Attributes.Select(a => (a.Position.Line, a.Position.Column)).Should().Equal((2, 6), (3, 6));
    }

    [Fact]
    public void A_document_beyond_the_limit_is_refused_unread()
    {
        Read("<a>" + new string(' ', DocumentLimits.Length) + "</a>").Should().BeNull();

        _findings.ToImmutable().Should().ContainSingle(d => d.Code == DiagnosticTable.TooLarge.Code);
    }

    [Theory]
    [InlineData(DocumentLimits.Depth, true)]
    [InlineData(DocumentLimits.Depth + 1, false)]
    public void Nesting_has_a_limit(int depth, bool fine)
    {
        Read(string.Concat(Enumerable.Repeat("<a>", depth)) + string.Concat(Enumerable.Repeat("</a>", depth)));

        _findings.HasErrors.Should().Be(!fine);
    }

    [Fact]
    public void Text_comments_and_blanks_are_kept_apart() => Read("<a>one<!-- two --><![CDATA[<three>]]></a>")!.Text.Should().Be("one<three>");

    [Fact]
    public void No_more_findings_are_kept_than_anybody_reads()
    {
        for (int i = 0; i < Findings.Limit * 2; i++)
        {
            _findings.Add(DiagnosticTable.UnknownElement, new("f.xml", i + 1, 1), "x");
        }

        _findings.ToImmutable().Should().HaveCount(Findings.Limit + 1);
        _findings.HasErrors.Should().BeFalse();
        _findings.Add(DiagnosticTable.IllegalValue, new("f.xml", 1, 1), "x");
        _findings.HasErrors.Should().BeTrue("an error that is left out still counts");
    }

    private DocumentElement? Read(string text) => DocumentReader.Read("f.xml", text, null, _findings);
}
