// node … FILE…: opens BPMN files with bpmn-moddle, and tells as JSON how many elements and shapes, and every warning.
import { readFileSync } from 'node:fs';
import { BpmnModdle } from 'bpmn-moddle';

const told = {};
for (const file of process.argv.slice(1)) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(file, 'utf8'));
  told[file] = {
    elements: rootElement.rootElements[0].flowElements.length,
    drawn: rootElement.diagrams[0].plane.planeElement.length,
    warnings: warnings.map((warning) => warning.message),
  };
}
console.log(JSON.stringify(told));
