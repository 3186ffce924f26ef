using Lab.Commands.Running;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Vocabularies;

namespace Lab.Tests.Scenarios.Vocabularies;

public sealed class VocabularyTests
{
    private static readonly StepLibrary Library = StepAssemblies.Load([]);
    private static readonly Vocabulary Words = Vocabulary.Of(Library);

    public static IEnumerable<object[]> Steps => Words.Chapters.SelectMany(chapter => chapter.Steps)
        .Select(step => new object[] { step.Pattern, step.Example });

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_has_an_example_that_is_that_step_and_no_other(string pattern, string example)
    {
        string[] lines = example.Split('\n');
        string feature = $"Feature: F\n  Scenario: S\n    * {lines[0]}\n" + string.Concat(lines.Skip(1).Select(line => $"      {line}\n"));
        FeatureReadResult read = FeatureReader.Read("example.feature", feature);

        read.Diagnostics.Should().BeEmpty();
        (StepMatch? match, Diagnostic? mistake) = Library.Find(read.Feature!.Scenarios.Single().Steps.Single());
        mistake.Should().BeNull();
        match!.Definition.Words.Pattern.Should().Be(pattern);
    }

    [Fact]
    public void Every_step_says_what_it_does_and_every_parameter_what_may_stand_there()
    {
        Words.Chapters.SelectMany(chapter => chapter.Steps).Should().OnlyContain(step => step.Does.Length > 0);
        Words.Parameters.Should().OnlyContain(parameter => parameter.Does.Length > 0);
    }

    [Fact]
    public void The_page_in_the_tree_is_the_page_that_the_bindings_make() =>
        Expectation.Matches(VocabularyPage.Of(Words), Tree.At("features/VOCABULARY.md"));

    [Fact]
    public void Asking_for_words_leaves_the_steps_that_mention_them_all() =>
        Words.Mentioning(["tcp", "connection"]).Chapters.SelectMany(chapter => chapter.Steps)
            .Should().Contain(step => step.Pattern.Contains("opens a TCP connection")).And.NotContain(step => step.Pattern == "{guest} pings {guest}");

    [Fact]
    public void The_JSON_names_each_step_with_its_binding() =>
        VocabularyJson.Of(Words).Should().Contain("\"pattern\": \"{guest} sends {frame}\"").And.Contain("TrafficSteps.Send");
}
