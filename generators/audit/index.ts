import { auditTask } from '../../src/yeoman/audit-task.ts';
import { generatorOf } from '../../src/yeoman/generator-for.ts';

export default generatorOf(auditTask);
