using BenchmarkDotNet.Attributes;
using Lab.Engine.Programs;
using Lab.Engine.Programs.Compiled;

namespace Lab.Engine.Benchmarks;

/// <summary>One frame through one stage, three ways.</summary>
[MemoryDiagnoser]
public class EvaluationBenchmarks
{
    private CompiledStage _compiled = null!;

    public static IEnumerable<EvaluationCase> Cases => EvaluationCase.All();

    [ParamsSource(nameof(Cases))]
    public EvaluationCase Case { get; set; } = null!;

    [GlobalSetup]
    public void Compile() => _compiled = CompiledStage.Of(Case.Stage)!;

    [Benchmark]
    public StageOutcome Traced() => Evaluator.Evaluate(Case.Stage, Case.Frame, Case.Context, new TraceRecorder());

    [Benchmark(Baseline = true)]
    public StageOutcome Untraced() => Evaluator.Evaluate(Case.Stage, Case.Frame, Case.Context);

    [Benchmark]
    public StageOutcome Compiled() => _compiled.Evaluate(Case.Frame, Case.Context);
}
