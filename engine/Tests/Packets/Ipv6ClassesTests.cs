using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

public sealed class Ipv6ClassesTests
{
    [Theory]
    [InlineData("fe80::1", true)]
    [InlineData("febf:ffff::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Ten_bits_make_an_address_link_local(string address, bool linkLocal) =>
        Ipv6Address.Parse(address).IsLinkLocal().Should().Be(linkLocal);

    [Theory]
    [InlineData("ff02::1", 2)]
    [InlineData("ff0e::1", 14)]
    [InlineData("ff31::1", 1)]
    public void A_group_says_how_far_it_reaches(string group, int scope)
    {
        Ipv6Address.Parse(group).IsMulticast().Should().BeTrue();
        Ipv6Address.Parse(group).GroupScope().Should().Be(scope);
    }

    [Fact]
    public void Whoever_ends_alike_hears_the_question_for_a_neighbour()
    {
        Ipv6Address group = Ipv6Address.Parse("2001:db8::12:3456").SolicitedNode();

        group.Should().Be(Ipv6Address.Parse("ff02::1:ff12:3456"));
        group.GroupMac().Should().Be(MacAddress.Parse("33:33:ff:12:34:56"));
    }

    [Fact]
    public void The_link_local_address_has_the_mac_in_it() =>
        MacAddress.Parse("52:54:00:00:00:fe").LinkLocal().Should().Be(Ipv6Address.Parse("fe80::5054:ff:fe00:fe"));
}
