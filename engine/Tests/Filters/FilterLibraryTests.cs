using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Tests.Filters;

public sealed class FilterLibraryTests
{
    private static readonly string[] Debian =
    [
        "allow-arp", "allow-dhcp", "allow-dhcp-server", "allow-dhcpv6", "allow-dhcpv6-server", "allow-incoming-ipv4",
        "allow-incoming-ipv6", "allow-ipv4", "allow-ipv6", "clean-traffic", "clean-traffic-gateway", "no-arp-ip-spoofing",
        "no-arp-mac-spoofing", "no-arp-spoofing", "no-ip-multicast", "no-ip-spoofing", "no-ipv6-multicast",
        "no-ipv6-spoofing", "no-mac-broadcast", "no-mac-spoofing", "no-other-l2-traffic", "no-other-rarp-traffic",
        "qemu-announce-self", "qemu-announce-self-rarp",
    ];

    [Fact]
    public void Every_filter_that_libvirt_installs_is_built_in() => FilterLibrary.Stock.Keys.Should().Contain(Debian);

    [Fact]
    public void Every_reference_inside_the_library_leads_to_a_filter_of_the_library() =>
        FilterLibrary.Stock.Values.SelectMany(f => f.Entries).OfType<ReferenceEntry>().Select(r => r.Filter)
            .Should().NotBeEmpty().And.OnlyContain(name => FilterLibrary.Stock.ContainsKey(name));

    [Fact]
    public void A_filter_stands_in_the_folder_of_its_name_and_its_position_says_so() =>
        FilterLibrary.Stock.Should().OnlyContain(pair => pair.Value.Position.File == $"fixtures/filters/{pair.Key}/filter.xml"
            && pair.Value.Position.Line > 0);
}
