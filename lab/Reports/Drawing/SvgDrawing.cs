using System.Xml.Linq;

namespace Lab.Reports.Drawing;

/// <summary>A diagram as SVG: hubs are upright bars, what hangs on them stands to their right, filters sit on the wires.</summary>
/// <remarks>
/// <code>
///  ┌──┐                                ┌───────────────────┐
///  │b │──────( clean-traffic )─────────│ alice             │
///  │r │        IP=10.0.0.1             │ 52:54:00:00:00:01 │
///  │i │                                └───────────────────┘
///  │d │                                ┌───────────────────┐
///  │g │────────────────────────────────│ bob               │
///  └──┘                                └───────────────────┘
/// </code>
/// One column per depth, so that a drawing grows downwards and stays readable on a phone. Colours come from
/// <c>Assets/drawing.css</c>: a page that holds many drawings holds it once, a file of its own carries it along.
/// </remarks>
internal static class SvgDrawing
{
    private const double Letter = 7.3; // px: the widest common monospace letter at 12 px
    private const double SpacedLetter = 8; // px, as the names of hubs are set
    private const double Line = 17; // px between two lines of text
    private const double Padding = 10;
    private const double Gap = 12; // between two boxes
    private const double Bar = 30; // width of a hub
    private const double Margin = 4;
    private const double LeastWire = 48;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>For a page that brings the style along.</summary>
    public static XElement Embedded(Diagram diagram, string description)
    {
        Sheet sheet = new(diagram);
        double y = Margin;
        foreach (DiagramNode root in diagram.Roots)
        {
            sheet.Draw(root, 0, y);
            y += sheet.HeightOf(root) + Gap;
        }

        double height = y - Gap + Margin;
        return new(Svg + "svg",
            new XAttribute("class", "drawing"), new XAttribute("role", "img"), new XAttribute("aria-label", XmlText.Clean(description)),
            new XAttribute("viewBox", $"0 0 {sheet.Width:0.#} {height:0.#}"),
            new XAttribute("width", $"{sheet.Width:0.#}"), new XAttribute("height", $"{height:0.#}"),
            sheet.Wires, sheet.Nodes);
    }

    /// <summary>A file of its own.</summary>
    public static XElement Standalone(Diagram diagram)
    {
        XElement drawing = Embedded(diagram, string.Join("; ", TextDrawing.Lines(diagram)));
        drawing.AddFirst(new XElement(Svg + "style", Asset.Text("drawing.css")));
        return drawing;
    }

    /// <summary>Where everything goes, and what was put there so far; wires lie below nodes.</summary>
    private sealed class Sheet
    {
        private readonly double[] _left; // of each depth's column

        public Sheet(Diagram diagram)
        {
            List<DiagramNode>[] byDepth = [.. Levels(diagram)];
            _left = new double[byDepth.Length];
            _left[0] = Margin;
            for (int depth = 1; depth < byDepth.Length; depth++)
            {
                _left[depth] = _left[depth - 1] + Bar + byDepth[depth].Max(node => WireWidth(node.Wire));
            }

            Width = byDepth.SelectMany((level, depth) => level.Select(node => _left[depth] + WidthOf(node))).Max() + Margin;
        }

        public List<XElement> Wires { get; } = [];

        public List<XElement> Nodes { get; } = [];

        public double Width { get; }

        public double HeightOf(DiagramNode node)
        {
            double own = Math.Max(
                Padding + Line * (1 + node.Lines.Length) + Padding / 2,
                node.Wire.IsBare ? 0 : Line * (2 + node.Wire.Lines.Length));
            double children = node.Children.Sum(HeightOf) + Gap * Math.Max(0, node.Children.Length - 1);
            return node.Shape == DiagramShape.Hub ? Math.Max(children, HubLabel(node).Length * SpacedLetter + 2 * Padding) : Math.Max(own, children);
        }

        public void Draw(DiagramNode node, int depth, double top)
        {
            double height = HeightOf(node);
            Nodes.Add(node.Shape == DiagramShape.Hub ? Hub(node, depth, top, height) : Box(node, depth, top, height));
            double y = top;
            foreach (DiagramNode child in node.Children)
            {
                DrawWire(child, depth + 1, _left[depth] + WidthOf(node), y + Padding + Line / 2);
                Draw(child, depth + 1, y);
                y += HeightOf(child) + Gap;
            }
        }

        private void DrawWire(DiagramNode node, int depth, double from, double y)
        {
            double to = _left[depth];
            Wires.Add(new(Svg + "line", new XAttribute("class", "wire"), At("x1", from), At("x2", to), At("y1", y), At("y2", y)));
            double middle = (from + to) / 2;
            if (node.Wire.Title.Length > 0)
            {
                double width = node.Wire.Title.Length * Letter + 2 * Padding;
                Wires.Add(new(Svg + "rect", new XAttribute("class", "filter"),
                    At("x", middle - width / 2), At("y", y - Line / 2 - 2), At("width", width), At("height", Line + 4), At("rx", Line / 2 + 2)));
                Wires.Add(Text("filter-name", middle, y + 4, node.Wire.Title, middle: true));
            }

            double below = node.Wire.Title.Length > 0 ? Line + 8 : Line - 2;
            Wires.AddRange(node.Wire.Lines.Select((line, i) => Text("parameter", middle, y + below + Line * i, line, middle: true)));
        }

        private XElement Hub(DiagramNode node, int depth, double top, double height)
        {
            double x = _left[depth] + Bar / 2 + 4;
            double y = top + height / 2;
            XElement name = Text("hub-name", x, y, HubLabel(node), middle: true);
            name.Add(new XAttribute("transform", $"rotate(-90 {x:0.#} {y:0.#})"));
            return new(Svg + "g", Rectangle("hub", _left[depth], top, Bar, height), name);
        }

        private XElement Box(DiagramNode node, int depth, double top, double height)
        {
            double x = _left[depth] + Padding;
            double first = top + Padding + Line / 2 + 4;
            return new(Svg + "g",
                Rectangle("guest", _left[depth], top, WidthOf(node), height),
                Text("guest-name", x, first, node.Name),
                node.Lines.Select((line, i) => Text("address", x, first + Line * (i + 1), line)));
        }

        private static IEnumerable<List<DiagramNode>> Levels(Diagram diagram)
        {
            for (List<DiagramNode> level = [.. diagram.Roots]; level.Count > 0; level = [.. level.SelectMany(node => node.Children)])
            {
                yield return level;
            }
        }

        private static double WidthOf(DiagramNode node) => node.Shape == DiagramShape.Hub ? Bar
            : node.Lines.Append(node.Name).Max(line => line.Length) * Letter + 2 * Padding;

        private static double WireWidth(DiagramWire wire) => wire.IsBare ? LeastWire
            : wire.Words.Max(line => line.Length) * Letter + 2 * Padding + 24;

        private static string HubLabel(DiagramNode hub) => string.Join("  ", hub.Lines.Prepend(hub.Name));

        private static XElement Rectangle(string style, double x, double y, double width, double height) => new(Svg + "rect",
            new XAttribute("class", style), At("x", x), At("y", y), At("width", width), At("height", height), At("rx", 6));

        private static XElement Text(string style, double x, double y, string text, bool middle = false) => new(Svg + "text",
            new XAttribute("class", style), At("x", x), At("y", y),
            middle ? new XAttribute("text-anchor", "middle") : null, XmlText.Clean(text));

        private static XAttribute At(string name, double value) => new(name, $"{value:0.#}");
    }
}
