using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Tests.Programs;

public sealed class AddressSetTests
{
    private static readonly AddressSets Sets = new(
    [
        new("friends", false, [(Ipv4Address.Parse("10.0.0.1").Bits, 32), (Ipv4Address.Parse("10.0.0.200").Bits, 25)]),
        new("friends6", true, [(Ipv6Address.Parse("2001:db8::").Bits, 64)]),
    ]);

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.2", false)]
    [InlineData("10.0.0.127", false)]
    [InlineData("10.0.0.128", true)]
    [InlineData("10.0.0.255", true)]
    [InlineData("10.0.1.128", false)]
    public void A_network_ends_with_its_prefix_whatever_stands_behind_it(string source, bool member) =>
        Sets.Contains(new("friends", [SetDimension.Source]), Packet(source, "192.0.2.1")).Should().Be(member);

    [Fact]
    public void The_first_dimension_says_which_address_is_looked_up_and_the_others_nothing()
    {
        byte[] packet = Packet("192.0.2.1", "10.0.0.1");

        Sets.Contains(new("friends", [SetDimension.Destination, SetDimension.Source]), packet).Should().BeTrue();
        Sets.Contains(new("friends", [SetDimension.Source, SetDimension.Destination]), packet).Should().BeFalse();
    }

    [Fact]
    public void Neither_a_set_of_the_other_version_of_ip_nor_one_that_is_not_there_has_a_member()
    {
        Sets.Contains(new("friends6", [SetDimension.Source]), Packet("10.0.0.1", "192.0.2.1")).Should().BeFalse();
        Sets.Contains(new("strangers", [SetDimension.Source]), Packet("10.0.0.1", "192.0.2.1")).Should().BeFalse();
    }

    private static byte[] Packet(string from, string to) => Frames.Ethernet(
        default, default, EtherType.Ipv4, Frames.Icmp(Ipv4Address.Parse(from), Ipv4Address.Parse(to), 8, 0, 0, []));
}
