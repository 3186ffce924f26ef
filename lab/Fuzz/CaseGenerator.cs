using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>Seed and number to a case: always the same one, whatever was made before.</summary>
/// <param name="framesPerPolicy">At least so many frames for each policy; a conversation is never cut short.</param>
internal sealed class CaseGenerator(int seed, int framesPerPolicy, Coverage coverage)
{
    public Coverage Coverage => coverage;

    public Case Make(int number)
    {
        Random random = new(unchecked(seed * 1_000_003 + number));
        Policy policy = new PolicyGenerator(random).Next();
        bool both = random.Next(4) == 0;
        ImmutableArray<Guest> guests =
        [
            .. Palette.Guests.Select((guest, i) => i == 0 || (both && i == 1) ? guest with { Filter = policy.Use } : guest),
        ];
        Guest ruled = guests[0];
        FilterProgram? program = ProgramCompiler.Compile(policy.Filters, policy.Use.Filter, ruled.Mac, policy.Use.Parameters).Program;
        coverage.Count(policy);
        return new(number, new(policy.Filters, guests),
            program is null ? [] : new FrameGenerator(random, program, ruled, guests[1], coverage).Next(framesPerPolicy));
    }
}
