using System.Text;

namespace Lab.Reports.Drawing;

/// <summary>A diagram as a Mermaid flowchart, which code hosts and wikis draw by themselves.</summary>
internal static class MermaidDrawing
{
    public static IEnumerable<string> Lines(Diagram diagram)
    {
        int made = 0;
        return diagram.Roots.SelectMany(root => Lines(root, null)).Prepend("flowchart LR");

        IEnumerable<string> Lines(DiagramNode node, string? parent)
        {
            string id = $"n{made++}"; // names may hold what Mermaid's ids may not
            string label = Label(node.Lines.Prepend(node.Name));
            yield return node.Shape == DiagramShape.Hub ? $"  {id}[[{label}]]" : $"  {id}({label})";
            if (parent is not null)
            {
                yield return node.Wire.IsBare ? $"  {parent} --- {id}" : $"  {parent} ---|{Label(node.Wire.Words)}| {id}";
            }

            foreach (string line in node.Children.SelectMany(child => Lines(child, id)))
            {
                yield return line;
            }
        }
    }

    private static string Label(IEnumerable<string> lines) => $"\"{string.Join("<br/>", lines.Select(Escape))}\"";

    /// <remarks>Inside quotes Mermaid takes entity codes by number, as in <c>#34;</c>.</remarks>
    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in text)
        {
            _ = letter is '"' or '#' or '<' or '>' or '&' ? escaped.Append($"#{(int)letter};") : escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
