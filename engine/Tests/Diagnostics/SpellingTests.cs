using Lab.Engine.Diagnostics;

namespace Lab.Engine.Tests.Diagnostics;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["srcipaddr", "dstipaddr", "srcportstart", "tcp"];

    [Theory]
    [InlineData("srpipaddr", "srcipaddr")]
    [InlineData("SRCIPADDR", "srcipaddr")]
    [InlineData("tpc", "tcp")]
    [InlineData("srcprotstart", "srcportstart")]
    public void The_nearest_word_is_suggested(string word, string meant) =>
        Spelling.Suggest(word, Known).Should().Be($"did you mean '{meant}'?");

    [Theory]
    [InlineData("completely-different")]
    [InlineData("x")]
    public void A_word_near_to_nothing_gets_no_suggestion(string word) => Spelling.Suggest(word, Known).Should().BeNull();

    [Fact]
    public void A_long_word_costs_nothing() => Spelling.Suggest(new string('a', 1_000_000), Known).Should().BeNull();
}
