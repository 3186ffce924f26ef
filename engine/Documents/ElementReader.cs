using Lab.Engine.Diagnostics;

namespace Lab.Engine.Documents;

/// <summary>Reads one element of a document: whatever is not asked for is unknown, and reported at the end.</summary>
/// <example><code>
/// ElementReader rule = new(element, findings);
/// DocumentAttribute? action = rule.Required("action");
/// foreach (DocumentElement reference in rule.Children("filterref")) { … }
/// rule.ReportTheRest();
/// </code></example>
public sealed class ElementReader(DocumentElement element, Findings findings)
{
    private readonly List<string> _attributes = [];
    private readonly List<string> _elements = [];
    private bool _textAsked;

    public DocumentElement Element => element;

    public SourcePosition Position => element.Position;

    public Findings Findings => findings;

    public DocumentAttribute? Optional(string attribute)
    {
        _attributes.Add(attribute);
        return element.Find(attribute);
    }

    /// <summary>Reports the attribute as missing and returns null when it is.</summary>
    public DocumentAttribute? Required(string attribute)
    {
        DocumentAttribute? found = Optional(attribute);
        if (found is null)
        {
            findings.Add(DiagnosticTable.MissingAttribute, Position, $"<{element.Name}> needs the attribute '{attribute}'");
        }

        return found;
    }

    /// <summary>All children of that name, in document order.</summary>
    public IEnumerable<DocumentElement> Children(string name)
    {
        _elements.Add(name);
        return element.Children.Where(child => child.Name == name);
    }

    /// <summary>The first child of that name; further ones are reported, because they are ignored.</summary>
    public DocumentElement? Child(string name)
    {
        DocumentElement? first = null;
        foreach (DocumentElement child in Children(name))
        {
            if (first is not null)
            {
                findings.Add(DiagnosticTable.RepeatedElement, child.Position, $"a further <{name}> in <{element.Name}> is ignored");
            }

            first ??= child;
        }

        return first;
    }

    /// <summary>The first child of that name, reported as missing when there is none.</summary>
    public DocumentElement? RequiredChild(string name)
    {
        DocumentElement? found = Child(name);
        if (found is null)
        {
            findings.Add(DiagnosticTable.MissingElement, Position, $"<{element.Name}> needs the element <{name}>");
        }

        return found;
    }

    /// <summary>Elements that are another reader's business.</summary>
    public void Leave(params ReadOnlySpan<string> names) => _elements.AddRange(names);

    public string Text()
    {
        _textAsked = true;
        return element.Text;
    }

    /// <summary>Reports attributes, elements and text that nobody asked for.</summary>
    public void ReportTheRest()
    {
        foreach (DocumentAttribute attribute in element.Attributes)
        {
            if (!_attributes.Contains(attribute.Name))
            {
                findings.Add(DiagnosticTable.UnknownAttribute, attribute.Position,
                    $"<{element.Name}> has no attribute '{attribute.Name}'; it is ignored",
                    Spelling.Suggest(attribute.Name, _attributes));
            }
        }

        foreach (DocumentElement child in element.Children)
        {
            if (!_elements.Contains(child.Name))
            {
                findings.Add(DiagnosticTable.UnknownElement, child.Position,
                    $"<{element.Name}> has no element <{child.Name}>; it is ignored", Spelling.Suggest(child.Name, _elements));
            }
        }

        if (!_textAsked && !string.IsNullOrWhiteSpace(element.Text))
        {
            findings.Add(DiagnosticTable.StrayText, Position, $"text inside <{element.Name}> is ignored");
        }
    }
}
