// The peer ONNX Runtime on its CPU provider, all graph optimisations on.
// usage: node onnx_peer.js MODEL.onnx THREADS SIZE BATCH STEPS, or: node onnx_peer.js version
// One untimed run, then STEPS timed ones; one line of JSON.
const ort = require('onnxruntime-node');
const version = require('onnxruntime-node/package.json').version;

function median(values) {
    values.sort((a, b) => a - b);
    const middle = values.length >> 1;
    return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

async function run(model, threads, size, batch, steps) {
    const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        graphOptimizationLevel: 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
    });
    const pixels = new Float32Array(batch * 4 * size * size).map(() => Math.random() - 0.5);
    const x = new ort.Tensor('float32', pixels, [batch, 4, size, size]);
    const seconds = [];
    await session.run({ x });
    const before = process.cpuUsage();
    for (let i = 0; i < steps; i++) {
        const start = process.hrtime.bigint();
        await session.run({ x });
        seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
    }
    const used = process.cpuUsage(before);
    return {
        version,
        threads,
        images_per_second: batch / median(seconds),
        cpu_seconds_per_image: (used.user + used.system) / 1e6 / steps / batch,
    };
}

async function main([model, ...numbers]) {
    const result = model === 'version' ? { version } : await run(model, ...numbers.map(Number));
    console.log(JSON.stringify(result));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
});
