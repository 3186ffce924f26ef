using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

public sealed class Ipv6PrefixTests
{
    [Theory]
    [InlineData("2001:db8:1::", 64, "2001:db8:1::ffff", true)]
    [InlineData("2001:db8:1::", 64, "2001:db8:1:1::", false)]
    [InlineData("::", 0, "ff02::1", true)]
    [InlineData("2001:db8::9", 128, "2001:db8::9", true)]
    [InlineData("2001:db8::9", 128, "2001:db8::8", false)]
    public void It_contains_the_addresses_that_share_its_bits(string network, int length, string address, bool contains) =>
        new Ipv6Prefix(Ipv6Address.Parse(network), length).Contains(Ipv6Address.Parse(address)).Should().Be(contains);

    [Fact]
    public void A_stray_host_bit_is_refused() =>
        FluentActions.Invoking(() => new Ipv6Prefix(Ipv6Address.Parse("2001:db8::1"), 64)).Should().Throw<ArgumentException>();

    [Fact]
    public void The_block_of_an_address_ends_with_ones() =>
        Ipv6Prefix.Of(Ipv6Address.Parse("2001:db8:1::11"), 120).Last.Should().Be(Ipv6Address.Parse("2001:db8:1::ff"));
}
