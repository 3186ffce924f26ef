using System.Globalization;
using System.Xml.Linq;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;
using Lab.Reports.Drawing;

namespace Lab.Tests.Reports.Drawing;

public sealed class DrawingTests
{
    private static readonly Diagram TwoGuests = TopologyDiagram.Of(null,
        [
            new(new("alice"), MacAddress.Parse("52:54:00:00:00:01"), [new(0x0A000001)], [], new("clean-traffic",
                ParameterSet.Empty.Append("IP", new("10.0.0.1", new SourcePosition("a.feature", 1, 1))))),
            new(new("<bob>"), MacAddress.Parse("52:54:00:00:00:02"), [], [], null),
        ]);

    private static readonly Diagram Nested = new(
        [
            new("uplink", DiagramShape.Hub, [], DiagramWire.Bare,
                [
                    new("bridge", DiagramShape.Hub, [], DiagramWire.Bare, [Leaf("a"), Leaf("b")]),
                    Leaf("c"),
                ]),
            new("lonely", DiagramShape.Hub, [], DiagramWire.Bare, []),
        ]);

    [Fact]
    public void As_text_the_guests_hang_on_the_bridge_with_their_filters() =>
        TextDrawing.Lines(TwoGuests).Should().Equal(
            "bridge",
            "├─ alice  52:54:00:00:00:01  10.0.0.1",
            "│    clean-traffic  IP=10.0.0.1",
            "└─ <bob>  52:54:00:00:00:02");

    [Fact]
    public void As_text_what_hangs_on_hubs_of_hubs_is_indented() =>
        TextDrawing.Lines(Nested).Should().Equal("uplink", "├─ bridge", "│  ├─ a", "│  └─ b", "└─ c", "lonely");

    [Fact]
    public void As_mermaid_names_are_labels_and_never_ids() =>
        MermaidDrawing.Lines(TwoGuests).Should().Equal(
            "flowchart LR",
            "  n0[[\"bridge\"]]",
            "  n1(\"alice<br/>52:54:00:00:00:01<br/>10.0.0.1\")",
            "  n0 ---|\"clean-traffic<br/>IP=10.0.0.1\"| n1",
            "  n2(\"#60;bob#62;<br/>52:54:00:00:00:02\")",
            "  n0 --- n2");

    [Fact]
    public void As_svg_no_two_boxes_overlap_and_all_lie_on_the_sheet()
    {
        foreach (Diagram diagram in (Diagram[])[TwoGuests, Nested])
        {
            XElement drawing = SvgDrawing.Standalone(diagram);
            (double Left, double Top, double Right, double Bottom)[] boxes =
                [.. drawing.Descendants().Where(element => (string?)element.Attribute("class") is "hub" or "guest").Select(Bounds)];

            boxes.Should().HaveCount(diagram.Nodes.Count());
            boxes.Should().OnlyContain(box => box.Left >= 0 && box.Top >= 0
                && box.Right <= Number(drawing, "width") && box.Bottom <= Number(drawing, "height"));
            boxes.SelectMany((one, i) => boxes.Skip(i + 1).Select(other => (one, other))).Should().OnlyContain(pair =>
                pair.one.Right <= pair.other.Left || pair.other.Right <= pair.one.Left
                || pair.one.Bottom <= pair.other.Top || pair.other.Bottom <= pair.one.Top);
        }
    }

    [Fact]
    public void As_svg_it_says_in_words_what_it_shows() =>
        ((string?)SvgDrawing.Standalone(TwoGuests).Attribute("aria-label")).Should().Contain("alice  52:54:00:00:00:01");

    private static DiagramNode Leaf(string name) => new(name, DiagramShape.Guest, [], DiagramWire.Bare, []);

    private static (double Left, double Top, double Right, double Bottom) Bounds(XElement box) => (
        Number(box, "x"), Number(box, "y"), Number(box, "x") + Number(box, "width"), Number(box, "y") + Number(box, "height"));

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
