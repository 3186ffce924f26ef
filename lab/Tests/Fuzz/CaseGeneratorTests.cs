using Lab.Contract.Testbeds;
using Lab.Fuzz;

namespace Lab.Tests.Fuzz;

public sealed class CaseGeneratorTests
{
    [Fact]
    public void Seed_and_number_make_the_same_case_whatever_was_made_before()
    {
        CaseGenerator fresh = new(7, 20, new Coverage()), used = new(7, 20, new Coverage());
        _ = used.Make(1);
        _ = used.Make(2);

        Text(used.Make(3)).Should().Be(Text(fresh.Make(3)));
        Text(fresh.Make(3)).Should().NotBe(Text(fresh.Make(4)));
    }

    [Fact]
    public void Nearly_every_policy_can_be_compiled()
    {
        CaseGenerator generator = new(1, 1, new Coverage());

        Enumerable.Range(0, 300).Count(number => generator.Make(number).Stimuli.IsEmpty).Should().BeLessThan(45);
    }

    [Fact]
    public void Every_attribute_that_libvirt_knows_is_tried_sooner_or_later()
    {
        CaseGenerator generator = new(1, 1, new Coverage());
        for (int number = 0; number < 4000; number++)
        {
            _ = generator.Make(number);
        }

        generator.Coverage.Untried().Should().BeEmpty();
    }

    private static string Text(Case @case) => FeatureWriter.Write("case", @case, [.. @case.Stimuli.Select(_ => new Observation([], []))]);
}
