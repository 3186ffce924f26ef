namespace Lab.Reports.Drawing;

/// <summary>A diagram for terminals and screen readers.</summary>
/// <remarks><code>
/// bridge
/// ├─ alice  52:54:00:00:00:01  10.0.0.1
/// │    clean-traffic  IP=10.0.0.1
/// └─ bob  52:54:00:00:00:02
/// </code></remarks>
internal static class TextDrawing
{
    public static IEnumerable<string> Lines(Diagram diagram) => diagram.Roots.SelectMany(root => Lines(root, "", ""));

    /// <param name="branch">In front of the node's own line.</param>
    /// <param name="trunk">In front of the lines below it.</param>
    private static IEnumerable<string> Lines(DiagramNode node, string branch, string trunk)
    {
        yield return branch + string.Join("  ", node.Lines.Prepend(node.Name));
        if (!node.Wire.IsBare)
        {
            yield return $"{trunk}  {string.Join("  ", node.Wire.Words)}";
        }

        for (int i = 0; i < node.Children.Length; i++)
        {
            bool last = i == node.Children.Length - 1;
            foreach (string line in Lines(node.Children[i], trunk + (last ? "└─ " : "├─ "), trunk + (last ? "   " : "│  ")))
            {
                yield return line;
            }
        }
    }
}
