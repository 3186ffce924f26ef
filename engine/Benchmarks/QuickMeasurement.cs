using System.Diagnostics;
using System.Globalization;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;

namespace Lab.Engine.Benchmarks;

/// <summary>Nanoseconds and bytes per frame in a few seconds; <see cref="EvaluationBenchmarks"/> is the patient way.</summary>
internal static class QuickMeasurement
{
    private const int Repetitions = 200; // the fastest counts: everything else is another process's doing
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(3); // short enough to be left alone now and then

    public static void Print(TextWriter output)
    {
        output.WriteLine($"{"",-44} {"traced",16} {"untraced",16} {"compiled",16}   untraced : compiled");
        foreach (EvaluationCase one in EvaluationCase.All())
        {
            CompiledStage compiled = CompiledStage.Of(one.Stage)!;
            Result traced = Measure(() => Evaluator.Evaluate(one.Stage, one.Frame, one.Context, new TraceRecorder()));
            Result plain = Measure(() => Evaluator.Evaluate(one.Stage, one.Frame, one.Context));
            Result fast = Measure(() => compiled.Evaluate(one.Frame, one.Context));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{one.Name,-44} {traced,16} {plain,16} {fast,16}   {plain.Nanoseconds / fast.Nanoseconds:0.0} : 1"));
        }
    }

    private static Result Measure(Func<StageOutcome> evaluate)
    {
        double best = double.MaxValue, bytes = double.MaxValue;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread(), rounds = 0, start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < Slice)
            {
                for (int i = 0; i < 64; i++)
                {
                    _ = evaluate();
                }

                rounds += 64;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / rounds);
            bytes = Math.Min(bytes, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / rounds);
        }

        return new(best, bytes);
    }

    private readonly record struct Result(double Nanoseconds, double Bytes)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds:0.0} ns {Bytes:0} B");
    }
}
