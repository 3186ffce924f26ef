using System.Collections.Immutable;
using Gherkin;
using Lab.Contract.Bindings;
using Lab.Engine.Diagnostics;
using Ast = Gherkin.Ast;

namespace Lab.Scenarios.Reading;

/// <param name="Feature">Null when the text is not Gherkin, or holds no feature.</param>
public sealed record FeatureReadResult(Feature? Feature, ImmutableArray<Diagnostic> Diagnostics);

/// <summary>Reads Gherkin with the official parser and writes outlines out.</summary>
public static class FeatureReader
{
    public static FeatureReadResult Read(string file, string text)
    {
        try
        {
            Ast.Feature? feature = new Parser().Parse(new StringReader(text)).Feature;
            return feature is null
                ? new(null, [new("SC002", Severity.Error, new(file, 1, 1), "the file holds no feature", "begin it with 'Feature:' and a name")])
                : new(Convert(file, text, feature), []);
        }
        catch (CompositeParserException mistakes)
        {
            return new(null, [.. mistakes.Errors.Select(mistake => ToDiagnostic(file, mistake))]);
        }
        catch (ParserException mistake)
        {
            return new(null, [ToDiagnostic(file, mistake)]);
        }
    }

    /// <remarks>The parser's messages begin with <c>(line:column): </c>, which the position says already.</remarks>
    private static Diagnostic ToDiagnostic(string file, ParserException mistake)
    {
        string message = mistake.Message[(mistake.Message.IndexOf("): ", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];
        return new("SC002", Severity.Error, new(file, mistake.Location?.Line ?? 0, mistake.Location?.Column ?? 0), message);
    }

    private static Feature Convert(string file, string text, Ast.Feature feature)
    {
        ImmutableArray<string> tags = [.. feature.Tags.Select(tag => tag.Name)];
        Ast.Step[] background = [.. feature.Children.OfType<Ast.Background>().SelectMany(child => child.Steps)];
        IEnumerable<Scenario> scenarios = feature.Children.Where(child => child is not Ast.Background)
            .SelectMany(child => Expand(file, feature.Name, tags, background, child));
        return new(file, text, feature.Language, feature.Name, Unindented(feature.Description), tags, [.. scenarios]);
    }

    private static IEnumerable<Scenario> Expand(
        string file, string feature, ImmutableArray<string> tags, Ast.Step[] background, Ast.ScenarioDefinition child)
    {
        tags = tags.AddRange(((Ast.IHasTags)child).Tags.Select(tag => tag.Name));
        if (child is not Ast.ScenarioOutline outline)
        {
            yield return Make(child.Location, OutlineRow.None, child.Name, tags);
            yield break;
        }

        (Ast.Examples Examples, Ast.TableRow Row, OutlineRow Values)[] rows = [.. outline.Examples.Where(examples => examples.TableHeader is not null)
            .SelectMany(examples => examples.TableBody, (examples, row) => (examples, row, new OutlineRow(examples.TableHeader, row)))];
        bool nameTellsApart = rows.Select(row => row.Values.Fill(child.Name)).Distinct(StringComparer.Ordinal).Count() == rows.Length;
        foreach ((Ast.Examples examples, Ast.TableRow row, OutlineRow values) in rows)
        {
            string name = nameTellsApart ? values.Fill(child.Name) : $"{values.Fill(child.Name)} {values}";
            yield return Make(row.Location, values, name, tags.AddRange(examples.Tags.Select(tag => tag.Name)));
        }

        Scenario Make(Ast.Location at, OutlineRow row, string name, ImmutableArray<string> tags) => new(
            feature, name, Unindented(child.Description), tags, new(file, at.Line, at.Column),
            [.. background.Select(step => ToStep(file, step, OutlineRow.None, true)), .. child.Steps.Select(step => ToStep(file, step, row, false))]);
    }

    private static Step ToStep(string file, Ast.Step step, OutlineRow row, bool fromBackground) => new(
        step.Keyword.Trim(),
        row.Fill(step.Text),
        step.Argument is Ast.DataTable table ? ToTable(file, table, row) : null,
        step.Argument is Ast.DocString doc ? ToDocString(file, doc, row) : null,
        new(file, step.Location.Line, step.Location.Column),
        fromBackground);

    private static DataTable ToTable(string file, Ast.DataTable table, OutlineRow row)
    {
        ImmutableArray<string>[] rows = [.. table.Rows.Select(line => line.Cells.Select(cell => row.Fill(cell.Value)).ToImmutableArray())];
        SourcePosition[] positions = [.. table.Rows.Select(line =>
            new SourcePosition(file, line.Location.Line, line.Location.Column))];
        return new(rows[0], [.. rows.Zip(positions).Skip(1).Select(line => new DataRow(rows[0], line.First, line.Second))]);
    }

    /// <remarks>The text begins on the line below the quotes, and in their column.</remarks>
    private static DocString ToDocString(string file, Ast.DocString doc, OutlineRow row) =>
        new(row.Fill(doc.Content), doc.ContentType ?? "", new(file, doc.Location.Line + 1, doc.Location.Column));

    private static string Unindented(string? text) =>
        string.Join('\n', (text ?? "").Split('\n').Select(line => line.Trim())).Trim();
}
