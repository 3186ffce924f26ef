using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

public sealed class Ipv4PrefixTests
{
    [Theory]
    [InlineData("192.168.122.0/24", "192.168.122.255", true)]
    [InlineData("192.168.122.0/24", "192.168.123.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("10.0.0.9/32", "10.0.0.9", true)]
    [InlineData("10.0.0.9/32", "10.0.0.8", false)]
    public void It_contains_the_addresses_that_share_its_bits(string prefix, string address, bool contains) =>
        Ipv4Prefix.Parse(prefix).Contains(Ipv4Address.Parse(address)).Should().Be(contains);

    [Theory]
    [InlineData("10.0.0.1/24")] // a stray host bit
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0/24")]
    public void Other_text_is_not_a_prefix(string text) => Ipv4Prefix.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void The_last_address_is_the_broadcast() =>
        Ipv4Prefix.Of(Ipv4Address.Parse("10.1.2.3"), 22).Last.Should().Be(Ipv4Address.Parse("10.1.3.255"));
}
