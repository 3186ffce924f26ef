using System.Text.Json.Nodes;
using Gherkin;
using Ast = Gherkin.Ast;

namespace Lab.Reports.Cucumber;

/// <summary>A feature file's syntax tree as Cucumber messages have it, with an id for each node.</summary>
/// <remarks>Made from the text once more: the tree that runs has its backgrounds and outlines written out already.</remarks>
internal sealed class GherkinMessage
{
    private readonly MessageIds _ids;
    private readonly Dictionary<int, string> _nodes = []; // by line: of scenarios, steps and rows, of which a line has one at most
    private readonly Dictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly List<(int Line, string Id)> _scenarios = [];

    public GherkinMessage(string file, string text, MessageIds ids)
    {
        _ids = ids;
        Ast.GherkinDocument document = new Parser().Parse(new StringReader(text));
        Document = new()
        {
            ["uri"] = file,
            ["feature"] = Feature(document.Feature),
            ["comments"] = List(document.Comments, comment => new() { ["location"] = Location(comment.Location), ["text"] = comment.Text }),
        };
    }

    public JsonObject Document { get; }

    public string NodeAt(int line) => _nodes[line];

    public string TagNode(string tag) => _tags[tag];

    /// <summary>The scenario on this line; or the outline around the row on this line, and the row.</summary>
    public string[] RowsAround(int line)
    {
        string scenario = _scenarios.Last(found => found.Line <= line).Id;
        return _nodes[line] == scenario ? [scenario] : [scenario, _nodes[line]];
    }

    private JsonObject Feature(Ast.Feature feature) => new()
    {
        ["location"] = Location(feature.Location),
        ["tags"] = Tags(feature.Tags),
        ["language"] = feature.Language,
        ["keyword"] = feature.Keyword,
        ["name"] = feature.Name,
        ["description"] = feature.Description ?? "",
        ["children"] = List(feature.Children, child => new()
        {
            [child is Ast.Background ? "background" : "scenario"] = Scenario(child),
        }),
    };

    private JsonObject Scenario(Ast.ScenarioDefinition scenario)
    {
        string id = Node(scenario.Location);
        JsonObject made = new()
        {
            ["id"] = id,
            ["location"] = Location(scenario.Location),
            ["keyword"] = scenario.Keyword,
            ["name"] = scenario.Name,
            ["description"] = scenario.Description ?? "",
            ["steps"] = List(scenario.Steps, Step),
        };
        if (scenario is Ast.IHasTags tagged)
        {
            _scenarios.Add((scenario.Location.Line, id));
            made["tags"] = Tags(tagged.Tags);
            made["examples"] = List((scenario as Ast.ScenarioOutline)?.Examples ?? [], Examples);
        }

        return made;
    }

    private JsonObject Examples(Ast.Examples examples)
    {
        JsonObject made = new()
        {
            ["id"] = Node(examples.Location),
            ["location"] = Location(examples.Location),
            ["tags"] = Tags(examples.Tags),
            ["keyword"] = examples.Keyword,
            ["name"] = examples.Name,
            ["description"] = examples.Description ?? "",
            ["tableBody"] = List(examples.TableBody ?? [], Row),
        };
        if (examples.TableHeader is { } header)
        {
            made["tableHeader"] = Row(header);
        }

        return made;
    }

    private JsonObject Step(Ast.Step step)
    {
        JsonObject made = new()
        {
            ["id"] = Node(step.Location),
            ["location"] = Location(step.Location),
            ["keyword"] = step.Keyword,
            ["text"] = step.Text,
        };
        switch (step.Argument)
        {
            case Ast.DataTable table:
                made["dataTable"] = new JsonObject { ["location"] = Location(table.Location), ["rows"] = List(table.Rows, Row) };
                break;
            case Ast.DocString doc:
                made["docString"] = new JsonObject
                {
                    ["location"] = Location(doc.Location),
                    ["content"] = doc.Content,
                    ["mediaType"] = doc.ContentType ?? "",
                    ["delimiter"] = "\"\"\"",
                };
                break;
        }

        return made;
    }

    private JsonObject Row(Ast.TableRow row) => new()
    {
        ["id"] = Node(row.Location),
        ["location"] = Location(row.Location),
        ["cells"] = List(row.Cells, cell => new() { ["location"] = Location(cell.Location), ["value"] = cell.Value }),
    };

    private JsonArray Tags(IEnumerable<Ast.Tag> tags) => List(tags, tag =>
    {
        string id = _ids.Next();
        _tags[tag.Name] = id;
        return new() { ["id"] = id, ["location"] = Location(tag.Location), ["name"] = tag.Name };
    });

    private string Node(Ast.Location at) => _nodes[at.Line] = _ids.Next();

    private static JsonObject Location(Ast.Location at) => new() { ["line"] = at.Line, ["column"] = at.Column };

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> make) => new([.. items.Select(make)]);
}
