using System.Xml.Linq;
using Lab.Reports;

namespace Lab.Tests.Reports;

public sealed class XmlTextTests
{
    [Fact]
    public void What_XML_cannot_hold_is_replaced_and_the_rest_is_kept()
    {
        const string Text = "tab\t line\n €😀 bell\a null\0 half \uD83D pair \uFFFF";
        const string Expected = "tab\t line\n €😀 bell\uFFFD null\uFFFD half \uFFFD pair \uFFFD";

        XmlText.Clean(Text).Should().Be(Expected);
        XElement.Parse(new XElement("a", XmlText.Clean(Text)).ToString(SaveOptions.DisableFormatting)).Value.Should().Be(Expected);
    }
}
